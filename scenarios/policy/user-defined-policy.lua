--- An administrator's own entry against the sending address.
return {
  source = "seed 004, htb-553-policy",

  mail = "553 User defined policy matched for 192.0.2.9",

  expect = {
    bounce = {
      reason = "blocklisted", stage = "mail", reply = "553", actor = "sender-postmaster",
      permanent = true, address_dead = false, expired = false,
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
