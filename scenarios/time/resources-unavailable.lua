--- The server is short of resources, for days.
return {
  source = "seed 003, 123-server-resources",

  mail = "452 4.3.1 Resources temporarily unavailable",

  expect = {
    bounce = {
      reason = "system-overloaded", stage = "mail", reply = "452", status = "4.3.1", actor = "recipient-postmaster",
      permanent = false, address_dead = false, expired = true,
    },
    delivered = 0,
    client = { attempts = at_least(2) },
  },
}
