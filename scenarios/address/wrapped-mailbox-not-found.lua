--- A gateway wraps the reply of the server behind it into one of its own; the inner one is the cause.
return {
  source = "seed 004, htb-address-08",

  rcpt = "550 5.1.0 - Unknown address error 550-'MAILBOX NOT FOUND'",

  expect = {
    bounce = {
      reason = "user-unknown", stage = "rcpt", reply = "550", actor = "sender",
      permanent = true, address_dead = true, expired = false,
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
