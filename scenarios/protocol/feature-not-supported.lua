--- The server does not do what the message needs, and does not say what that is.
return {
  source = "RFC 3463 3.4 (X.3.3)",

  mail = "554 5.3.3 System not capable of selected features",

  expect = {
    bounce = {
      reason = "protocol-error", stage = "mail", reply = "554", status = "5.3.3",
      permanent = true, address_dead = false, expired = false,
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
