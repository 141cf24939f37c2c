--- The first MX never answers a connection; the backup takes the mail.
return {
  source = "RFC 5321 5.1, and 4.5.3.2 for how long it is waited",

  mx = {
    { preference = 10, host = "mx1", listen = blackhole },
    { preference = 20, host = "mx2" },
  },

  expect = { bounce = none, delivered = 1, client = { order = { "mx1", "mx2" } } },
}
