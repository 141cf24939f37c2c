--- The answer does not fit into a UDP packet, and over TCP nobody answers.
return {
  source = "a firewall that knows only 53/udp; RFC 5321 5.1: a temporary error",

  dns = { mx = { truncated, tcp = silent } },

  expect = {
    bounce = { reason = "dns-failure", permanent = false, expired = true },
    delivered = 0,
    client = { attempts = 0 },
  },
}
