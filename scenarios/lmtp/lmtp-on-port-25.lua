--- An LMTP server where a mail exchanger was expected: it knows neither EHLO nor HELO.
return {
  source = "RFC 2033 4.1 and RFC 3463 3.6 (X.5.5)",

  ehlo = "500 5.5.5 Wrong protocol version: this is LMTP, say LHLO",

  expect = {
    -- Not judged: the stage. "Refused to talk to me", as Postfix reports it, is said of the greeting as well.
    bounce = { reason = "protocol-error", reply = "500", address_dead = false },
    delivered = 0,
  },
}
