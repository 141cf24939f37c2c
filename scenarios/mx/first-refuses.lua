--- The first MX refuses connections, the second takes the mail.
return {
  source = "RFC 5321 5.1: the client tries each MX in order of preference until one succeeds",

  mx = {
    { preference = 10, host = "mx1", listen = refuse },
    { preference = 20, host = "mx2" },
  },

  expect = { bounce = none, delivered = 1, client = { order = { "mx1", "mx2" } } },
}
