--- MAIL is answered with the go-ahead of DATA: nobody has been named yet.
-- check: allow expectation: the reply is well-formed, and wrong where it stands
return {
  source = "RFC 5321 4.3.2: MAIL is answered with 250, or 4yz or 5yz",

  mail = "354 Start mail input",

  expect = {
    -- No reply that a client can understand: nothing was taken, and the address is not to blame.
    bounce = { reason = "protocol-error", stage = "mail", address_dead = false },
    delivered = 0,
  },
}
