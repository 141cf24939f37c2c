--- The connection is reset when half of the handshake is done.
return {
  source = "RFC 8446 4; what a firewall does that does not like what it reads; RFC 7435 3",

  tls = { abort = "reset", after = "server-hello" },

  expect = { bounce = none, delivered = 1 },
}
