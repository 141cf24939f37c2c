--- 553 says never, the 4.7.1 in brackets says not now: the reply code decides (RFC 5321 4.2.1).
return {
  source = "seed 002, hti-553-4.7.1",

  rcpt = "553 sorry, mailbox unavailable (#4.7.1)",

  expect = {
    bounce = {
      reason = "user-unknown", stage = "rcpt", reply = "553", actor = "sender",
      permanent = true, expired = false,
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
