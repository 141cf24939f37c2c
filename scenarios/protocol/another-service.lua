--- Another service listens on port 25: it greets in a language of its own.
return {
  source = "RFC 5321 3.1 and 4.2: a greeting begins with a code; RFC 4253 4.2 is what SSH says",

  connect = raw "SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n",

  expect = {
    bounce = any_of("RFC 5321 4.2: a line without a code is no reply; whether to give up or to wait on is not said",
      { reason = "protocol-error", stage = "connect", address_dead = false },
      { reason = "timeout", stage = "connect", address_dead = false },
      { reason = "connection-lost", stage = "connect", address_dead = false }),
    delivered = 0,
  },
}
