--- The certificate names another host, as that of a hosting provider's customer does.
return {
  source = "RFC 7817 3 says how names are compared; RFC 7435 3 that an opportunistic client need not",

  tls = { cert = "wrong-name" },

  expect = {
    bounce = none,
    delivered = 1,
    client = { attempts = 1 },
  },
}
