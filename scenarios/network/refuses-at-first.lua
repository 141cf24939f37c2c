--- Nobody listens for the first ten minutes; then all is well.
return {
  source = "RFC 5321 4.5.4.1: a server that is being restarted; the sender must retry and may not bounce",

  listen = { refuse, lasting = minutes(10) },

  expect = { bounce = none, delivered = 1, client = { attempts = at_least(2), duplicates = 0 } },
}
