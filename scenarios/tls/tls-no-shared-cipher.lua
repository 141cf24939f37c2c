--- The server would only do a cipher that does not encrypt; nobody offers that one.
return {
  source = "RFC 5246 7.4.1.3: no acceptable set of algorithms, alert handshake_failure",

  tls = { ciphers = "ECDHE-ECDSA-NULL-SHA" },

  expect = {
    bounce = none,
    delivered = 1,
  },
}
