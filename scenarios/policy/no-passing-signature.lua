--- No DKIM signature passes: 5.7.20.
return {
  source = "RFC 7372 3.1: 550 5.7.20 No passing DKIM signature found",

  eom = "550 5.7.20 No passing DKIM signature found",

  expect = {
    bounce = {
      reason = "auth-failure", stage = "eom", reply = "550", status = "5.7.20", actor = "sender-postmaster",
      permanent = true, address_dead = false, expired = false,
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
