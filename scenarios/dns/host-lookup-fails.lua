--- The MX is known; the addresses of its host cannot be had: SERVFAIL.
return {
  source = "RFC 5321 5.1: a temporary error in looking up the host is a temporary error",

  dns = { at = { mx = servfail } },

  expect = {
    bounce = { reason = "dns-failure", permanent = false, expired = true },
    delivered = 0,
    client = { attempts = 0 },
  },
}
