--- The control for TLS: STARTTLS is offered, and works.
return {
  source = "RFC 3207",

  tls = true,

  -- A sender that knows no TLS delivers in clear: RFC 3207 4 leaves the choice to the client.
  expect = {
    bounce = none,
    delivered = 1,
    client = { attempts = 1, quit = true },
  },
}
