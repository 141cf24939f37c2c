--- The reply to EHLO is friendly, and no reply: it has no code.
return {
  source = "RFC 5321 4.2: a reply begins with three digits",

  ehlo = raw "Hello there, pleased to meet you\r\n",

  expect = {
    -- No reply that a client can understand: nothing was taken, and the address is not to blame.
    bounce = { reason = "protocol-error", stage = "ehlo", address_dead = false },
    delivered = 0,
  },
}
