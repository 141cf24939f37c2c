--- The server answers STARTTLS with 220 and never says anything again.
return {
  source = "Exim 1158: 220 to STARTTLS, then silence",

  tls = { abort = "silence" },

  -- As tls-closed-in-handshake, but it costs the client's whole timeout.
  expect = {
    bounce = none,
    delivered = 1,
  },
}
