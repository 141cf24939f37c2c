--- RCPT is answered twice: the second answer is taken for that to DATA.
-- check: allow expectation: what goes wrong is that there is one reply too many
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
