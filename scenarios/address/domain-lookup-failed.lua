--- A gateway cannot look up the domain, and calls that final.
return {
  source = "seed 003, 123-host-2; RFC 3463 3.5 (X.4.4)",

  rcpt = "550 5.4.4 Domain look up failed",

  expect = {
    bounce = {
      reason = "host-unknown", stage = "rcpt", reply = "550", status = "5.4.4", actor = "sender",
      permanent = true, expired = false,
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
