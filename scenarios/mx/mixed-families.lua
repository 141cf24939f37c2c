--- The first MX has only an IPv6 address, where nobody listens; the second only an IPv4 one, which works.
return {
  source = "RFC 5321 5.2: hosts of the one world and of the other stand in one list, by preference",

  mx = {
    { preference = 10, host = "six", addresses6 = { refuse } },
    { preference = 20, host = "four" },
  },
  dns = { at = { six = { a = nodata } } },

  expect = { bounce = none, delivered = 1 },
}
