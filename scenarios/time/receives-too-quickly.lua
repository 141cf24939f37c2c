--- The code is that of a disabled mailbox; the words say that too much comes in.
return {
  source = "Gmail SMTP errors: 450 4.2.1, receiving mail too quickly; RFC 3463 3.3 (X.2.1)",

  rcpt = {
    "450 4.2.1 The user you are trying to contact is receiving mail too quickly.",
    "450 4.2.1 Please resend your message at a later time. If the user is able to",
    "450 4.2.1 receive mail at that time, your message will be delivered.",
  },

  expect = {
    bounce = {
      reason = "rate-limited", stage = "rcpt", reply = "450", status = "4.2.1",
      permanent = false, address_dead = false, expired = true,
    },
    delivered = 0,
    client = { attempts = at_least(2) },
  },
}
