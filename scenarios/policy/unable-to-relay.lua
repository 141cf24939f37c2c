--- Exchange's words for relaying refused.
return {
  source = "seed 003, 123-relay",

  rcpt = "550 5.7.1 Unable to relay",

  expect = {
    bounce = {
      reason = "relay-denied", stage = "rcpt", reply = "550", status = "5.7.1", actor = "sender",
      permanent = true, address_dead = false, expired = false,
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
