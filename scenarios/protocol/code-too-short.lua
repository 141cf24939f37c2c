--- DATA is answered with a code of two digits.
return {
  source = "RFC 5321 4.2: a reply begins with three digits",

  data = raw("35 Go ahead\r\n", 451),

  expect = {
    -- No reply that a client can understand: nothing was taken, and the address is not to blame.
    bounce = { reason = "protocol-error", stage = "data", address_dead = false },
    delivered = 0,
  },
}
