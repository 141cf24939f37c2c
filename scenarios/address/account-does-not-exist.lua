--- A reply of several lines, advice included.
return {
  source = "seed 004, htb-address-09",

  rcpt = {
    "550 5.1.1 The email account that you tried to reach does not exist.",
    "550 5.1.1 Please try double-checking the recipient's email address for typos.",
  },

  expect = {
    bounce = {
      reason = "user-unknown", stage = "rcpt", reply = "550", status = "5.1.1", actor = "sender",
      permanent = true, address_dead = true, expired = false,
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
