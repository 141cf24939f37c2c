--- The provider does not take files of this kind, infected or not.
return {
  source = "Gmail SMTP errors: 552 5.7.0, content presents a potential security issue",

  eom = {
    "552 5.7.0 This message was blocked because its content presents a potential",
    "552 5.7.0 security issue. To review our message content and attachment content guidelines,",
    "552 5.7.0 go to https://support.google.com/mail/?p=BlockedMessage a1-b2.3 - gsmtp",
  },

  expect = {
    bounce = {
      reason = "policy", stage = "eom", reply = "552", status = "5.7.0", actor = "sender",
      permanent = true, address_dead = false, expired = false,
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
