--- The content looks like spam, and the provider says it in four lines.
return {
  source = "Gmail SMTP errors: 550 5.7.1 likely unsolicited mail",

  eom = {
    "550 5.7.1 [192.0.2.9 12] Our system has detected that this message is",
    "550 5.7.1 likely unsolicited mail. To reduce the amount of spam sent to Gmail,",
    "550 5.7.1 this message has been blocked. Please visit",
    "550 5.7.1 https://support.google.com/mail/?p=UnsolicitedMessageError a1-b2.3 - gsmtp",
  },

  expect = {
    bounce = {
      reason = "spam-content", stage = "eom", reply = "550", status = "5.7.1", actor = "sender",
      permanent = true, address_dead = false, expired = false,
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
