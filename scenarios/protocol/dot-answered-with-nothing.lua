--- The final dot is answered with an empty line, and then the server waits.
return {
  source = "RFC 5321 4.2: a reply begins with three digits; exim shape 0495",

  eom = raw("\r\n", 451),

  expect = {
    bounce = any_of("RFC 5321 4.2: a line without a code is no reply; whether to give up or to wait on is not said",
      { reason = "protocol-error", stage = "eom", address_dead = false },
      { reason = "timeout", stage = "eom", address_dead = false }),
    delivered = 0,
  },
}
