--- The final dot is answered with 850: a code of no class that SMTP has.
return {
  source = "RFC 5321 4.2.1: replies begin with 2 to 5; exim shape 0474:4",

  eom = raw("850 2.0.0 Ok, or is it?\r\n"),

  expect = {
    -- No reply that the client can understand: the message was not taken, and the address is not to blame.
    bounce = { reason = "protocol-error", stage = "eom", address_dead = false },
    delivered = 0,
  },
}
