--- The enhanced code speaks of the protocol, the words of the mailbox: the words are right.
return {
  source = "Outlook.com's answer for addresses that nobody has; RFC 3463 3.6 (X.5.0)",

  rcpt = "550 5.5.0 Requested action not taken: mailbox unavailable",

  expect = {
    bounce = {
      reason = "user-unknown", stage = "rcpt", reply = "550", status = "5.5.0", actor = "sender",
      permanent = true, address_dead = true, expired = false,
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
