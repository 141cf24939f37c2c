--- The server lets nobody log in, or send, without TLS, which it does not offer: 538.
return {
  source = "RFC 4954 6: 538 5.7.11 Encryption required; seed codes, 538",

  mail = "538 5.7.11 Encryption required for requested authentication mechanism",

  expect = {
    bounce = {
      reason = "tls-required", stage = "mail", reply = "538", status = "5.7.11",
      permanent = true, address_dead = false, expired = false,
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
