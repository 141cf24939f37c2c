--- The certificate is signed by nobody but itself, as that of every other MX is.
return {
  source = "RFC 7435 3 and RFC 7672 1.3.4: encrypting to somebody unknown is better than not at all",

  tls = { cert = "self-signed" },

  expect = { bounce = none, delivered = 1, client = { attempts = 1 } },
}
