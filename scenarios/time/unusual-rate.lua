--- Limited for the rate of unwanted mail: of all that is sent, not of this message.
return {
  source = "Gmail SMTP errors: 421 4.7.28, unusual rate of unsolicited mail",

  eom = {
    "421 4.7.28 Gmail has detected an unusual rate of unsolicited mail originating from your IP address [192.0.2.9].",
    "421 4.7.28 To protect our users from spam, mail sent from your IP address has been temporarily rate limited.",
  },

  expect = {
    bounce = {
      reason = "rate-limited", stage = "eom", reply = "421", status = "4.7.28",
      permanent = false, address_dead = false, expired = true,
    },
    delivered = 0,
    client = { attempts = at_least(2) },
  },
}
