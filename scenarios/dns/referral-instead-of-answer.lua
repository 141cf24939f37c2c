--- What is asked is no resolver: it refers to the domain's own name servers instead of asking them.
return {
  source = "RFC 1034 4.3.1: without recursion a referral is all there is; a stub can do nothing with it (5.3.1)",

  dns = referral,

  expect = {
    bounce = { reason = "dns-failure", permanent = false, expired = true },
    delivered = 0,
    client = { attempts = 0 },
  },
}
