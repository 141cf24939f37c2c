--- The ClientHello is answered with an alert.
return {
  source = "RFC 8446 6.2: handshake_failure; RFC 7435 3: then in clear text",

  tls = { abort = "alert", alert = "handshake_failure" },

  expect = { bounce = none, delivered = 1 },
}
