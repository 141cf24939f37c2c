--- The reply to EHLO is friendly, and no reply: it has no code.
return {
  source = "RFC 5321 4.2: a reply begins with three digits",

  ehlo = raw "Hello there, pleased to meet you\r\n",

  expect = {
    bounce = any_of("RFC 5321 4.2: a line without a code is no reply; whether to give up or to wait on is not said",
      { reason = "protocol-error", stage = "ehlo", address_dead = false },
      { reason = "timeout", stage = "ehlo", address_dead = false },
      { reason = "connection-lost", stage = "ehlo", address_dead = false }),
    delivered = 0,
  },
}
