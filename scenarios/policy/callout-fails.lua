--- The server calls the sender's own MX, which does not know the sender.
return {
  source = "Exim specification, 43.44: verify = sender/callout, and what it adds to its 550",

  rcpt = {
    "550 Verification failed for <user@origin.test>",
    "550 Called:   127.0.0.1",
    "550 Sent:     RCPT TO:<user@origin.test>",
    "550 Response: 550 No such user here",
    "550 Sender verify failed",
  },

  expect = {
    bounce = {
      reason = "sender-rejected", stage = "rcpt", reply = "550",
      permanent = true, address_dead = false, expired = false,
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
