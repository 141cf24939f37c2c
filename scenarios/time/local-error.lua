--- RFC 5321's own words for 451, after the message: the server could not process it this time.
return {
  source = "RFC 5321 4.2.3: 451 Requested action aborted: local error in processing",

  eom = "451 4.3.0 Requested action aborted: local error in processing",

  expect = {
    bounce = {
      reason = "system-error", stage = "eom", reply = "451", status = "4.3.0", actor = "recipient-postmaster",
      permanent = false, address_dead = false, expired = true,
    },
    delivered = 0,
    client = { attempts = at_least(2) },
  },
}
