--- The list most servers ask.
return {
  source = "seed 003, 123-bl-spamhaus",

  rcpt = "550 Your message was blocked, 192.0.2.9 is listed in spamhaus",

  expect = {
    bounce = {
      reason = "blocklisted", stage = "rcpt", reply = "550", actor = "sender-postmaster",
      permanent = true, address_dead = false, expired = false,
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
