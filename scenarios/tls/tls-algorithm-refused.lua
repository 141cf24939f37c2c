--- TLS came up, or did not, with an algorithm that the server does not want: 5.7.6.
return {
  source = "RFC 3463 3.8 (X.7.6)",

  mail = "554 5.7.6 Cryptographic algorithm not supported: TLS 1.3 is needed here",

  expect = {
    bounce = {
      reason = "tls-failed", stage = "mail", reply = "554", status = "5.7.6",
      permanent = true, address_dead = false, expired = false,
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
