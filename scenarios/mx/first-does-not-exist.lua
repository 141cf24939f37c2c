--- The first MX has no address at all, the second takes the mail.
return {
  source = "RFC 5321 5.1: what cannot be resolved is passed over as long as there are others",

  dns = { records = { "@ 60 IN MX 10 gone", "@ 60 IN MX 20 mx" } },

  expect = { bounce = none, delivered = 1 },
}
