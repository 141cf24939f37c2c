--- The MX has an IPv6 address where nobody listens, and an IPv4 address that works.
return {
  source = "RFC 5321 5.2: clients of both worlds go on to the other address",

  addresses6 = { refuse },
  addresses = { accept },

  expect = { bounce = none, delivered = 1 },
}
