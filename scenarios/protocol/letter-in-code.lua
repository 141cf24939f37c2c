--- The code has the letter O where a zero should be.
return {
  source = "RFC 5321 4.2: Reply-code = %x32-35 %x30-35 %x30-39",

  rcpt = raw("25O 2.1.5 Recipient ok\r\n", 550),

  expect = {
    bounce = any_of("RFC 5321 4.2: a line without a code is no reply; whether to give up or to wait on is not said",
      { reason = "protocol-error", stage = "rcpt", address_dead = false },
      { reason = "timeout", stage = "rcpt", address_dead = false }),
    delivered = 0,
  },
}
