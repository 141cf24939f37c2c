--- Two MX of the same preference; one of them refuses.
return {
  source = "RFC 5321 5.1: among equals the client chooses at random, and tries the other when one fails",

  mx = {
    { preference = 10, host = "mx1", listen = refuse },
    { preference = 10, host = "mx2" },
  },

  expect = { bounce = none, delivered = 1 },
}
