--- STARTTLS is announced, and always answered with 454.
return {
  source = "RFC 3207 4: 454 TLS not available due to temporary reason; Exim 1161",

  starttls = "454 4.7.0 TLS not available due to temporary reason",

  -- The client decides whether clear text will do (RFC 3207 4.1); one that takes TLS "when offered" goes on in the same
  -- session. One that speaks no TLS sees nothing of the fault.
  expect = {
    bounce = none,
    delivered = 1,
    client = { attempts = 1 },
  },
}
