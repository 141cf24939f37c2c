--- RCPT is answered twice: the second answer is taken for that to DATA.
return {
  source = "RFC 5321 4.2: one reply for each command",

  rcpt = function(s)
    s:reply "250 2.1.5 Recipient ok"
  end,

  expect = {
    -- 250 is no go-ahead, whether the client has noticed that it answers nothing or not.
    bounce = { reason = "protocol-error", address_dead = false },
    delivered = 0,
  },
}
