--- TLS comes up, and the server hangs up at the first command under it.
return {
  source = "Exim 1167: TLS, then close instead of a reply",

  tls = true,

  ehlo = function(s)
    if s.tls then
      s:drop()
    end
  end,

  -- The handshake was fine, so a cautious client retries with TLS before it trusts clear text; in the end it delivers.
  expect = {
    bounce = none,
    delivered = 1,
  },
}
