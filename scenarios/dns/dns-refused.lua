--- The domain's name server refuses every query.
return {
  source = "RFC 1035 4.1.1: REFUSED is no word about the name; so it is temporary (RFC 5321 5.1)",

  dns = refused,

  expect = {
    bounce = { reason = "dns-failure", permanent = false, expired = true },
    delivered = 0,
    client = { attempts = 0 },
  },
}
