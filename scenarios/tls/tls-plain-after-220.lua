--- The server says 220 to STARTTLS and goes on in clear text.
return {
  source = "RFC 3207 4: after the 220 comes the handshake and nothing else; RFC 7435 3",

  tls = { abort = "plain" },

  expect = { bounce = none, delivered = 1 },
}
