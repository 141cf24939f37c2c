--- The domain says that it takes no mail: a null MX.
return {
  source = "RFC 7505 3 and 4.1: one MX of preference 0 for the root; a permanent error at once",

  dns = { records = { "@ 60 IN MX 0 ." } },

  expect = {
    bounce = { reason = "null-mx", permanent = true, expired = false },
    delivered = 0,
    client = { attempts = 0 },
  },
}
