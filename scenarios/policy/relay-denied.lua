--- The server does not relay for this recipient: 553 in reply to RCPT TO, without an enhanced code of its own.
return {
  source = "seed 003, 123-relay-sendmail: sorry, relaying denied from your location",

  rcpt = "553 sorry, relaying denied from your location [192.0.2.7] (#5.7.1)",

  expect = {
    bounce = {
      reason = "relay-denied", stage = "rcpt", reply = "553", actor = "sender",
      permanent = true, retryable = false, address_dead = false, expired = false,
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
