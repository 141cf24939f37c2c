--- The MX moves; the old one, which refuses, was to be remembered for five minutes and no longer.
return {
  source = "RFC 1035 3.2.1: a record is kept for its TTL and then asked for again; RFC 5321 4.5.4.1: retries come later than that",

  mx = {
    { host = "old", listen = refuse },
    { host = "new" },
  },
  dns = {
    records = { "@ 300 IN MX 10 new" },
    mx = { { "@ 300 IN MX 10 old" }, first = 1 },
  },

  expect = { bounce = none, delivered = 1 },
}
