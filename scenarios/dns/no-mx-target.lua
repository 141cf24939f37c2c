--- The only MX is a host that does not exist.
return {
  source = "seed 004, htb-no-host: couldn't find any host named; RFC 5321 5.1",

  dns = { records = { "@ 60 IN MX 10 gone" } },

  expect = {
    bounce = { reason = "host-unknown", permanent = true, expired = false },
    delivered = 0,
    client = { attempts = 0 },
  },
}
