--- MAIL is answered with "OK", as in the sketches of people who write a server in an hour.
return {
  source = "RFC 5321 4.2: a reply begins with three digits",

  mail = raw "OK\r\n",

  expect = {
    bounce = any_of("RFC 5321 4.2: a line without a code is no reply; whether to give up or to wait on is not said",
      { reason = "protocol-error", stage = "mail", address_dead = false },
      { reason = "timeout", stage = "mail", address_dead = false }),
    delivered = 0,
  },
}
