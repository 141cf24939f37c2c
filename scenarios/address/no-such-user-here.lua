--- The shortest refusal that still says what is wrong.
return {
  source = "seed 004, htb-address-05",

  rcpt = "550 No Such User Here",

  expect = {
    bounce = {
      reason = "user-unknown", stage = "rcpt", reply = "550", actor = "sender",
      permanent = true, address_dead = true, expired = false,
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
