--- DATA is not answered: the go-ahead never comes.
return {
  source = "RFC 5321 4.5.3.2.4: the client waits two minutes for the 354",

  data = function(s)
    s:stall()
  end,

  expect = {
    bounce = {
      reason = "timeout", stage = "data", actor = "recipient-postmaster",
      permanent = false, address_dead = false, expired = true,
    },
    delivered = 0,
    client = { attempts = at_least(2), waits = { data = minutes(2) } },
  },
}
