--- The server takes MAIL FROM and never answers.
return {
  source = "RFC 5321 4.5.3.2.2: the client waits five minutes for the reply to MAIL",

  mail = function(s)
    s:stall()
  end,

  expect = {
    bounce = {
      reason = "timeout", stage = "mail", actor = "recipient-postmaster",
      permanent = false, address_dead = false, expired = true,
    },
    delivered = 0,
    client = { attempts = at_least(2), waits = { mail = minutes(5) } },
  },
}
