--- There is no MX, only an address: the domain is its own mail host.
return {
  source = "RFC 5321 5.1: treated as if it had an implicit MX of preference 0",

  dns = { mx = nodata, records = { "@ 60 IN A $mx" } },

  expect = { bounce = none, delivered = 1 },
}
