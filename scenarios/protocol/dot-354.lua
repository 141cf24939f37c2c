--- The final dot is answered with 354: send it again?
-- check: allow expectation: the reply is well-formed, and wrong where it stands
return {
  source = "RFC 5321 4.3.2: the end of the data is answered with 250, or 4yz or 5yz",

  eom = "354 Start mail input",

  expect = {
    -- No reply that a client can understand: nothing was taken, and the address is not to blame.
    bounce = { reason = "protocol-error", stage = "eom", address_dead = false },
    delivered = 0,
  },
}
