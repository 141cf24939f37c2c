--- Relaying refused to a client that has not logged in.
return {
  source = "seed 002, hti-no-unauth-relay",

  rcpt = "550 smtp11: Host 192.0.2.182: No unauthenticated relaying permitted",

  expect = {
    bounce = {
      reason = "relay-denied", stage = "rcpt", reply = "550", actor = "sender",
      permanent = true, address_dead = false, expired = false,
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
