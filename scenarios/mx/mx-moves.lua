--- The domain moves to another MX between the first attempt and the second.
return {
  source = "RFC 5321 5.1 and RFC 1035 3.2.1: the MX are looked up for each attempt, not once for a message",

  mx = {
    { host = "old", listen = refuse },
    { host = "new" },
  },
  dns = {
    records = { "@ 0 IN MX 10 new" },
    mx = { { "@ 0 IN MX 10 old" }, first = 1 },
  },

  expect = { bounce = none, delivered = 1 },
}
