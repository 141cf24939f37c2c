--- EHLO is known, and announces nothing.
return {
  source = "RFC 5321 4.1.1.1: every extension is optional",

  extensions = { pipelining = false, size = false, ["8bitmime"] = false, enhancedstatuscodes = false, dsn = false },

  expect = { bounce = none, delivered = 1, client = { attempts = 1, quit = true } },
}
