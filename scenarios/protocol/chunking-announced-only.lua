--- CHUNKING is announced, and BDAT is not known: 502.
return {
  source = "RFC 5321 4.2.4: what is announced has to be known; RFC 3030 2",

  extensions = { chunking = "announced" },

  expect = {
    -- For clients that use it: they may say DATA then, or give up. Who does not use it is served.
    delivered = at_most(1),
    client = { duplicates = 0 },
  },
}
