--- "Invalid mailbox", as some providers say it.
return {
  source = "seed 003, 123-address-2",

  rcpt = "550 Invalid mailbox",

  expect = {
    bounce = {
      reason = "user-unknown", stage = "rcpt", reply = "550", actor = "sender",
      permanent = true, address_dead = true, expired = false,
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
