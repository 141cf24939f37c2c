--- The server announces how many recipients it takes at a time, and keeps to that.
return {
  source = "RFC 9422 3: LIMITS RCPTMAX=2; a client that reads it never hears the 452",

  send = { to = { "anna", "bert", "carl", "dora", "emil" } },
  extensions = { limits = { rcptmax = 2 } },

  expect = {
    bounce = none,
    delivered = between(3, 5), -- three transactions, or one for each
  },
}
