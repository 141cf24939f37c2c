--- A provider does not know the name among its customers.
return {
  source = "seed 003, 123-address-4",

  rcpt = "550 Not our customer",

  expect = {
    bounce = {
      reason = "user-unknown", stage = "rcpt", reply = "550", actor = "sender",
      permanent = true, address_dead = true, expired = false,
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
