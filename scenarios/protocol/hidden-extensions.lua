--- The extensions work, and are not announced: a proxy has cut them out of the reply to EHLO.
return {
  source = "RFC 5321 4.1.1.11: a client uses only what was announced",

  extensions = { pipelining = "hidden", size = "hidden", ["8bitmime"] = "hidden", dsn = "hidden" },

  expect = { bounce = none, delivered = 1, client = { attempts = 1, quit = true } },
}
