--- "Local policy" is all that the provider says; its own mark in brackets is what its postmaster asks for.
return {
  source = "Apple, iCloud Mail: 550 5.7.1 [CS01] Message rejected due to local policy",

  eom = "550 5.7.1 [CS01] Message rejected due to local policy. Please visit https://support.apple.com/en-us/HT204137",

  expect = {
    bounce = {
      reason = "policy", stage = "eom", reply = "550", status = "5.7.1",
      permanent = true, address_dead = false, expired = false,
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
