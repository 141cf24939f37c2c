--- qmail does not serve the domain: relaying refused.
return {
  source = "seed 002, hti-rcpthosts-exim, and hti-rcpthosts-gmail",

  rcpt = "553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)",

  expect = {
    bounce = {
      reason = "relay-denied", stage = "rcpt", reply = "553", actor = "sender",
      permanent = true, address_dead = false, expired = false,
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
