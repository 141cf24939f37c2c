--- The sending host is not among those that the sender's domain names: 5.7.23, at MAIL.
return {
  source = "RFC 7372 3.2: 550 5.7.23 SPF validation failed; RFC 7208 8.4",

  mail = "550 5.7.23 SPF validation failed",

  expect = {
    bounce = {
      reason = "auth-failure", stage = "mail", reply = "550", status = "5.7.23", actor = "sender-postmaster",
      permanent = true, address_dead = false, expired = false,
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
