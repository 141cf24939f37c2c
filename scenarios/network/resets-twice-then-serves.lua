--- The first two connections are reset; the third is served.
return {
  source = "RFC 5321 4.5.4.1: the sender must retry; toxiproxy issue 404 asks for the first n requests to fail",

  listen = { reset, times = 2 },

  expect = { bounce = none, delivered = 1, client = { attempts = 3 } },
}
