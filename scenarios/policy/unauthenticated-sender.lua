--- Neither SPF nor DKIM speaks for the sender, and the provider says so in eight lines.
return {
  source = "Gmail SMTP errors: 550 5.7.26; RFC 7372 3.3",

  eom = {
    "550 5.7.26 Your email has been blocked because the sender is unauthenticated.",
    "550 5.7.26 Gmail requires all senders to authenticate with either SPF or DKIM.",
    "550 5.7.26 ",
    "550 5.7.26  Authentication results:",
    "550 5.7.26  DKIM = did not pass",
    "550 5.7.26  SPF [sender.test] with ip: [192.0.2.9] = did not pass",
    "550 5.7.26  For instructions on setting up authentication, go to",
    "550 5.7.26  https://support.google.com/mail/answer/81126#authentication a1-b2.3 - gsmtp",
  },

  expect = {
    bounce = {
      reason = "auth-failure", stage = "eom", reply = "550", status = "5.7.26", actor = "sender-postmaster",
      permanent = true, address_dead = false, expired = false,
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
