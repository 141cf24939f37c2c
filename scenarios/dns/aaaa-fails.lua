--- Queries for IPv6 addresses end in SERVFAIL, as load balancers of old answer them; IPv4 is fine.
return {
  source = "RFC 4074 4.2 and 4.3: servers that misbehave when asked for AAAA; RFC 5321 5.2: IPv4 is there to be used",

  dns = { at = { mx = { aaaa = servfail } } },

  expect = { bounce = none, delivered = 1 },
}
