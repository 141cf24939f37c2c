--- A gateway takes mail for a domain that it cannot find itself.
return {
  source = "seed 003, 123-host-1; RFC 3463 3.2 (X.1.2)",

  rcpt = "550 5.1.2 Host unknown",

  expect = {
    bounce = {
      reason = "host-unknown", stage = "rcpt", reply = "550", status = "5.1.2", actor = "sender",
      permanent = true, expired = false,
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
