--- The server would relay for those who have logged in; four lines say so.
return {
  source = "seed 002, hti-relay-pop-before-smtp",

  rcpt = {
    "550 host.example.com (out04.example.com)",
    "550 [198.51.100.4] is currently not permitted to relay through this server.",
    "550 Perhaps you have not logged into the pop/imap server in the last 30 minutes",
    "550 or do not have SMTP Authentication turned on in your email client.",
  },

  expect = {
    bounce = {
      reason = "relay-denied", stage = "rcpt", reply = "550", actor = "sender",
      permanent = true, address_dead = false, expired = false,
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
