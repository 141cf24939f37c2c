--- The domain exists, but has neither MX nor address.
return {
  source = "RFC 5321 5.1: no MX means that the domain is its own host, which has no address here",

  dns = { mx = nodata, records = { "@ 60 IN TXT \"v=spf1 -all\"" } },

  expect = {
    bounce = { reason = "host-unknown", permanent = true, expired = false },
    delivered = 0,
    client = { attempts = 0 },
  },
}
