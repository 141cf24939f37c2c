--- The server hangs up on every ClientHello.
return {
  source = "Exim 1164: 220 to STARTTLS, then end of file; clear text on the next connection",

  tls = { abort = "close", after = "client-hello" },

  -- RFC 7435 3: opportunistic security falls back to clear text rather than not to deliver. That takes more than one
  -- connection, since this one is dead (Postfix defers, tries TLS once more, then delivers in clear: three); a sender
  -- without TLS sees nothing of the fault.
  expect = {
    bounce = none,
    delivered = 1,
  },
}
