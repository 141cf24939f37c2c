--- The domain does not exist: DNS answers NXDOMAIN.
return {
  source = "seed 002, hti-domain-not-found; RFC 5321 5.1: an address that cannot be resolved is an error, reported at once",

  dns = nxdomain,

  expect = {
    bounce = { reason = "host-unknown", permanent = true, expired = false },
    delivered = 0,
    client = { attempts = 0 },
  },
}
