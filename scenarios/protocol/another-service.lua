--- Another service listens on port 25: it greets in a language of its own.
return {
  source = "RFC 5321 3.1 and 4.2: a greeting begins with a code; RFC 4253 4.2 is what SSH says",

  connect = raw "SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n",

  expect = {
    -- No reply that a client can understand: nothing was taken, and the address is not to blame.
    bounce = { reason = "protocol-error", stage = "connect", address_dead = false },
    delivered = 0,
  },
}
