--- Refused at MAIL FROM: the sending host is on a blocklist.
return {
  source = "seed 002, hti-spamcop-sender",

  mail = "553 sorry, your mailserver [198.51.100.218] is rejected by See http://spamcop.net/",

  expect = {
    bounce = {
      reason = "blocklisted", stage = "mail", reply = "553", actor = "sender-postmaster",
      permanent = true, address_dead = false, expired = false,
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
