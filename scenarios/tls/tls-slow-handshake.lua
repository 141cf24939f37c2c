--- Half a minute passes in the middle of the handshake; then TLS comes up.
return {
  source = "RFC 5321 4.5.3.2: slow is not broken, with TLS neither",

  tls = { delay = 30 },

  expect = { bounce = none, delivered = 1, client = { attempts = 1 } },
}
