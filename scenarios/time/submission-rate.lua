--- The code is that of a bad connection; the words are about a rate.
return {
  source = "Microsoft, Exchange, MessageRateLimit: 421 4.4.2; RFC 3463 3.5 (X.4.2)",

  mail = "421 4.4.2 Message submission rate for this client has exceeded the configured limit",

  expect = {
    bounce = {
      reason = "rate-limited", stage = "mail", reply = "421", status = "4.4.2",
      permanent = false, address_dead = false, expired = true,
    },
    delivered = 0,
    client = { attempts = at_least(2) },
  },
}
