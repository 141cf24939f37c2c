--- The account exists and is switched off: 5.2.1.
return {
  source = "Gmail SMTP errors: 550 5.2.1; RFC 3463 3.3 (X.2.1)",

  rcpt = {
    "550 5.2.1 The email account that you tried to reach is disabled. For more information, go to",
    "550 5.2.1 https://support.google.com/mail/?p=DisabledUser a1-b2.3 - gsmtp",
  },

  expect = {
    bounce = {
      reason = "mailbox-disabled", stage = "rcpt", reply = "550", status = "5.2.1",
      permanent = true, address_dead = false, expired = false,
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
