--- What is asked is no resolver: it refers to the domain's own name servers instead of asking them.
return {
  source = "RFC 1034 4.3.1: without recursion a referral is all there is; a stub can do nothing with it (5.3.1)",

  dns = referral,

  expect = {
    bounce = any_of("RFC 1034 5.3.1 has a stub trust whom it asks: some take the empty answer for a domain without hosts",
      { reason = "dns-failure", permanent = false, expired = true },
      { reason = "host-unknown", permanent = true, expired = false }),
    delivered = 0,
    client = { attempts = 0 },
  },
}
