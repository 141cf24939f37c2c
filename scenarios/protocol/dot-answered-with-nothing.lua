--- The final dot is answered with an empty line, and then the server waits.
return {
  source = "RFC 5321 4.2: a reply begins with three digits; exim shape 0495",

  eom = raw("\r\n", 451),

  expect = {
    -- No reply that a client can understand: nothing was taken, and the address is not to blame.
    bounce = { reason = "protocol-error", stage = "eom", address_dead = false },
    delivered = 0,
  },
}
