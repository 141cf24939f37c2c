--- The certificate expired a month ago.
return {
  source = "RFC 7435 3; RFC 7672 1.3.4: without DANE or MTA-STS the certificate of an MX proves nothing",

  tls = { cert = "expired" },

  -- Whoever would take clear text gains by TLS with any certificate: nothing in the mail's way, one attempt.
  expect = {
    bounce = none,
    delivered = 1,
    client = { attempts = 1 },
  },
}
