--- DATA is answered with a code of two digits.
return {
  source = "RFC 5321 4.2: a reply begins with three digits",

  data = raw("35 Go ahead\r\n", 451),

  expect = {
    bounce = any_of("RFC 5321 4.2: a line without a code is no reply; whether to give up or to wait on is not said",
      { reason = "protocol-error", stage = "data", address_dead = false },
      { reason = "timeout", stage = "data", address_dead = false }),
    delivered = 0,
  },
}
