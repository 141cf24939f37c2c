--- The server insists on a certificate of the client's.
return {
  source = "RFC 8446 4.4.2.4: alert certificate_required, which a client of TLS 1.3 hears only after its handshake",

  tls = { client_cert = "require" },

  expect = {
    bounce = none,
    delivered = 1,
  },
}
