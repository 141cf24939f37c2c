--- 450 with 5.1.1: to be tried again, whatever the enhanced code says.
-- check: allow contradiction: that is what this is about
return {
  source = "RFC 3463 2 and RFC 5321 4.2.1; Postfix's unverified_recipient_reject_code may be 450",

  rcpt = "450 5.1.1 No such user here",

  expect = {
    bounce = { reason = "user-unknown", stage = "rcpt", reply = "450", permanent = false, expired = true },
    delivered = 0,
    client = { attempts = at_least(2) },
  },
}
