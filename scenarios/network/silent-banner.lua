--- The connection is accepted, and nobody says anything.
return {
  source = "RFC 5321 4.5.3.2.1: the client waits five minutes for the greeting",

  connect = function(s)
    s:stall()
  end,

  expect = {
    bounce = {
      reason = "timeout", stage = "connect", actor = "recipient-postmaster",
      permanent = false, address_dead = false, expired = true,
    },
    delivered = 0,
    client = { attempts = at_least(2), waits = { connect = minutes(5) } },
  },
}
