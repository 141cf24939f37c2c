--- The server greets with 550: the sending host is on its blocklist.
return {
  source = "seed 002, hti-blocked-rblmx: SMTP error after initial connection",

  connect = {
    "550 198.51.100.8 blocked by ldap:ou=rblmx,dc=example,dc=net",
    "550 Blocked for abuse. See http://example.net/rbl/ for information.",
  },

  expect = {
    bounce = {
      reason = "blocklisted", stage = "connect", reply = "550", actor = "sender-postmaster",
      permanent = true, address_dead = false, expired = false,
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
