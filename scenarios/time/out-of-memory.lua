--- The server is out of memory, for days.
return {
  source = "seed 003, 123-server-out",

  data = "452 4.3.1 Out of memory",

  expect = {
    bounce = {
      reason = "system-overloaded", stage = "data", reply = "452", status = "4.3.1", actor = "recipient-postmaster",
      permanent = false, address_dead = false, expired = true,
    },
    delivered = 0,
    client = { attempts = at_least(2) },
  },
}
