--- DATA is answered with 250 instead of 354: is that a go-ahead?
return {
  source = "RFC 5321 4.3.2: DATA is answered with 354 or an error; exim's go-aheads 250, 300, 334",

  data = "250 2.0.0 Ok",

  expect = {
    -- A client that sends the message now would have its lines taken for commands. It must not.
    bounce = { reason = "protocol-error", address_dead = false },
    delivered = 0,
  },
}
