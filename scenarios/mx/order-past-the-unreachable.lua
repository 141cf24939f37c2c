--- Four MX, in no order: the best does not exist, the next refuses, the third is reset, the last takes the mail.
return {
  source = "RFC 5321 5.1: sorted by preference, not by how they came; what cannot be reached is passed over",

  mx = {
    { preference = 40, host = "last" },
    { preference = 20, host = "refuses", listen = refuse },
    { preference = 30, host = "resets", listen = reset },
  },
  dns = {
    records = {
      "@ 60 IN MX 40 last", "@ 60 IN MX 20 refuses", "@ 60 IN MX 10 gone", "@ 60 IN MX 30 resets",
    },
  },

  expect = { bounce = none, delivered = 1, client = { order = { "refuses", "resets", "last" } } },
}
