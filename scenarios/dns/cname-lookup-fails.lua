--- Every lookup in the domain ends in SERVFAIL, until the sender's queue gives up.
return {
  source = "seed 004, htb-cname: CNAME lookup failed temporarily (#4.4.3); RFC 5321 5.1: a temporary error is retried",

  dns = servfail,

  expect = {
    bounce = { reason = "dns-failure", permanent = false, expired = true },
    delivered = 0,
    client = { attempts = 0 },
  },
}
