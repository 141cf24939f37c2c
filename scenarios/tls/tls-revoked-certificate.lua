--- The certificate has been revoked; nobody asks.
return {
  source = "RFC 5280 5; RFC 7672 1.3: an opportunistic client has no use for lists of revoked certificates",

  tls = { cert = "revoked" },

  expect = { bounce = none, delivered = 1, client = { attempts = 1 } },
}
