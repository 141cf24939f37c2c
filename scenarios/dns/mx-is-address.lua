--- The MX is an IP address, written where a name belongs.
return {
  source = "RFC 5321 5.1: the data field of an MX is a domain name; an address there is a name that nobody has",

  dns = { records = { "@ 60 IN MX 10 $mx." } },

  -- Not judged: some clients take the address for what it was meant to be.
  expect = { delivered = at_most(1) },
}
