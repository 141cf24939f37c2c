--- "Invalid recipient" means a recipient that does not exist, not one that is badly written.
return {
  source = "seed 004, htb-address-06",

  rcpt = "550 Invalid recipient",

  expect = {
    bounce = {
      reason = "user-unknown", stage = "rcpt", reply = "550", actor = "sender",
      permanent = true, address_dead = true, expired = false,
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
