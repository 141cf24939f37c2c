--- The disk of the server is full, not one mailbox.
return {
  source = "RFC 5321 4.2.3 (452); RFC 3463 3.4 (X.3.1)",

  mail = "452 4.3.1 Insufficient system storage",

  expect = {
    bounce = {
      reason = "system-full", stage = "mail", reply = "452", status = "4.3.1", actor = "recipient-postmaster",
      permanent = false, address_dead = false, expired = true,
    },
    delivered = 0,
    client = { attempts = at_least(2) },
  },
}
