--- The certificate of the authority in between is not sent along: a chain with a gap.
return {
  source = "RFC 8446 4.4.2: the sender's certificate first, then each that certifies the one before",

  tls = { cert = "no-intermediate" },

  expect = { bounce = none, delivered = 1, client = { attempts = 1 } },
}
