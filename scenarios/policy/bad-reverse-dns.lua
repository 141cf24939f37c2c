--- The sending host has no reverse DNS entry, or a wrong one; deferred until the queue gives up.
return {
  source = "seed 004, htb-rdns",

  rcpt = "451 Bad reverse DNS.",

  expect = {
    bounce = {
      reason = "reverse-dns-missing", stage = "rcpt", reply = "451", actor = "sender-postmaster",
      permanent = false, address_dead = false, expired = true,
    },
    delivered = 0,
    client = { attempts = at_least(2) },
  },
}
