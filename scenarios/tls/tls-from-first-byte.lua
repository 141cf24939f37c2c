--- On port 25 the server waits for a ClientHello, and the client for a greeting.
return {
  source = "RFC 8314 3.3: TLS from the first byte belongs to port 465; 465's settings on port 25 are a common mistake",

  tls = { implicit = true, timeout = hours(1) },

  -- Both wait; nothing of TLS is seen, only a greeting that never comes (RFC 5321 4.5.3.2.1).
  expect = {
    bounce = {
      reason = "timeout", stage = "connect", actor = "recipient-postmaster",
      permanent = false, address_dead = false, expired = true,
    },
    delivered = 0,
    client = { attempts = at_least(2) },
  },
}
