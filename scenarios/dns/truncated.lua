--- The answer does not fit into a UDP packet: the client has to ask again over TCP.
return {
  source = "RFC 7766 5: TCP is no option; RFC 2181 9: an answer with TC is not to be used",

  dns = { mx = truncated },

  expect = { bounce = none, delivered = 1 },
}
