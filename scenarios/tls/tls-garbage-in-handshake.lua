--- The ClientHello is answered with bytes that are not TLS.
return {
  source = "RFC 8446 5: anything else is an unexpected_message; RFC 7435 3: then in clear text",

  tls = { abort = "garbage", after = "client-hello" },

  expect = { bounce = none, delivered = 1 },
}
