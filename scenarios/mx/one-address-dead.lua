--- The MX has two addresses, and nobody listens at the first.
return {
  source = "RFC 5321 5.1: a host with several addresses is tried at each of them",

  addresses = { refuse, accept },

  expect = { bounce = none, delivered = 1 },
}
