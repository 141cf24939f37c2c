--- A relay that had the message before has given up: 550 says never, 4.4.7 says that it only took too long.
-- check: allow contradiction: that is what this is about
return {
  source = "seed 001, sf-queue-expired: 550 4.4.7 QUEUE.Expired; message expired",

  eom = "550 4.4.7 QUEUE.Expired; message expired",

  expect = {
    bounce = { reason = "expired", stage = "eom", reply = "550", address_dead = false },
    delivered = 0,
    client = { attempts = 1 },
  },
}
