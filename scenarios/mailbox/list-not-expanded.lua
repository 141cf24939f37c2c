--- The address is a mailing list, and the list is broken.
return {
  source = "RFC 3463 3.3 (X.2.4)",

  rcpt = "550 5.2.4 Mailing list expansion problem",

  expect = {
    bounce = {
      reason = "local-delivery-error", stage = "rcpt", reply = "550", status = "5.2.4", actor = "recipient-postmaster",
      permanent = true, address_dead = false, expired = false,
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
