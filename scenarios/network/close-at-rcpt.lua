--- The server closes the connection instead of answering RCPT TO.
return {
  source = "Postfix: lost connection with mx.example while sending RCPT TO",

  rcpt = function(s)
    s:drop()
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
