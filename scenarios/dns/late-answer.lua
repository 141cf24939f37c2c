--- The name server takes seven seconds to answer.
return {
  source = "RFC 1035 7.2: resolvers ask again, and must not be confused by answers that come late",

  dns = { mx = { late, seconds = 7 } },

  expect = { bounce = none, delivered = 1 },
}
