--- The header lacks what RFC 5322 asks for.
return {
  source = "Gmail SMTP errors: 550 5.7.1 Messages missing a valid address in From: header; RFC 5322 3.6",

  eom = {
    "550 5.7.1 Messages missing a valid address in From: header, or having no From:",
    "550 5.7.1 header, are not accepted. a1-b2.3 - gsmtp",
  },

  expect = {
    bounce = {
      reason = "not-rfc-compliant", stage = "eom", reply = "550", status = "5.7.1",
      permanent = true, address_dead = false, expired = false,
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
