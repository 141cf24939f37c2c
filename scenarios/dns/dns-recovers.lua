--- The first two lookups of the MX fail, then all is well.
return {
  source = "RFC 5321 5.1: a temporary DNS error is no reason to give up",

  dns = { mx = { servfail, first = 2 } },

  expect = { bounce = none, delivered = 1 },
}
