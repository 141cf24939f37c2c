--- Refused at RCPT TO for the sake of the sending host: "does not like recipient", as qmail then reports it, is not the cause.
return {
  source = "seed 002, hti-spamcop-rcpt",

  rcpt = {
    "550 Rejected message because 198.51.100.80 is in a black list at",
    "550 bl.spamcop.net",
  },

  expect = {
    bounce = {
      reason = "blocklisted", stage = "rcpt", reply = "550", actor = "sender-postmaster",
      permanent = true, address_dead = false, expired = false,
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
