--- The name server the domain is delegated to was never told of it, and refers to the root.
return {
  source = "RFC 1912 2.8, RFC 1034 5.3.3: a bad delegation is no word about the name, so the mail waits (RFC 5321 5.1)",

  dns = lame,

  expect = {
    bounce = any_of("RFC 1034 5.3.1 has a stub trust whom it asks: some take the empty answer for a domain without hosts",
      { reason = "dns-failure", permanent = false, expired = true },
      { reason = "host-unknown", permanent = true, expired = false }),
    delivered = 0,
    client = { attempts = 0 },
  },
}
