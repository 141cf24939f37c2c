--- The server greets with 354, as if there were a message to be sent.
return {
  source = "RFC 5321 4.3.2: the greeting is 220, or 4yz or 5yz",

  connect = "354 Start mail input",

  expect = {
    -- No reply that a client can understand: nothing was taken, and the address is not to blame.
    bounce = { reason = "protocol-error", stage = "connect", address_dead = false },
    delivered = 0,
  },
}
