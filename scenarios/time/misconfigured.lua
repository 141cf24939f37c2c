--- The server finds its own configuration wrong, and calls that permanent.
return {
  source = "RFC 3463 3.4 (X.3.5); sendmail: 553 5.3.5 system config error",

  mail = "553 5.3.5 System config error",

  expect = {
    bounce = {
      reason = "system-error", stage = "mail", reply = "553", status = "5.3.5", actor = "recipient-postmaster",
      permanent = true, address_dead = false, expired = false,
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
