--- The reply to RCPT begins, and the connection is reset in the middle of it.
return {
  source = "RFC 5321 4.2: a reply ends with CRLF; \"250 2.1\" is none, although it begins like a yes",

  rcpt = function(s)
    s:send "250 2.1"
    s:flush()
    s:sleep(seconds(1)) -- the client has it
    s:reset()
  end,

  expect = {
    bounce = {
      reason = "connection-lost", stage = "rcpt", actor = "recipient-postmaster",
      permanent = false, address_dead = false, expired = true,
    },
    delivered = 0,
    client = { attempts = at_least(2) },
  },
}
