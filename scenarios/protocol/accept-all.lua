--- The control: a server that does everything right.
return {
  source = "RFC 5321",

  expect = {
    bounce = none,
    delivered = 1,
    client = { attempts = 1, quit = true },
  },
}
