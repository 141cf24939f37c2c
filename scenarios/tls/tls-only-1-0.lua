--- The server is old and speaks TLS 1.0, nothing newer.
return {
  source = "RFC 8996: TLS 1.0 and 1.1 must not be negotiated any more",

  tls = { versions = "1.0" },

  -- One that takes TLS "when offered" may take the old version (Postfix does) or refuse and deliver in clear, which is
  -- no better: RFC 7435 3. The mail arrives either way.
  expect = {
    bounce = none,
    delivered = 1,
  },
}
