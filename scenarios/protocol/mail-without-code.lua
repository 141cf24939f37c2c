--- MAIL is answered with "OK", as in the sketches of people who write a server in an hour.
return {
  source = "RFC 5321 4.2: a reply begins with three digits",

  mail = raw "OK\r\n",

  expect = {
    -- No reply that a client can understand: nothing was taken, and the address is not to blame.
    bounce = { reason = "protocol-error", stage = "mail", address_dead = false },
    delivered = 0,
  },
}
