--- 420 is no code of SMTP's; its first digit says: later.
return {
  source = "Barracuda Email Security Gateway, SMTP error codes: 420, deferred due to suspect content",

  eom = "420 The message has been deferred due to suspect content. Try again later.",

  expect = {
    bounce = {
      reason = "spam-content", stage = "eom", reply = "420",
      permanent = false, address_dead = false, expired = true,
    },
    delivered = 0,
    client = { attempts = at_least(2) },
  },
}
