--- The domain itself is an alias: its MX are those of the canonical name.
return {
  source = "RFC 5321 5.1: if a CNAME is found, the resulting name is processed as if it were the initial name",

  dns = { records = { "@ 60 IN CNAME real", "real 60 IN MX 10 mx" } },

  expect = { bounce = none, delivered = 1 },
}
