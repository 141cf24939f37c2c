--- In capitals, and without any code but the 550.
return {
  source = "seed 003, 123-qmail-not-found, and 123-address-1",

  rcpt = "550 MAILBOX NOT FOUND",

  expect = {
    bounce = {
      reason = "user-unknown", stage = "rcpt", reply = "550", actor = "sender",
      permanent = true, address_dead = true, expired = false,
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
