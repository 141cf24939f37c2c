--- The first of two hosts refuses connections, the second one takes the mail.
return {
  source = "RFC 5321 5.1: lowest preference first, then the others", -- where this behaviour is documented

  -- Each host has an address and handlers of its own; what it does not have is taken from the file.
  mx = {
    { preference = 10, host = "mx1", listen = refuse },
    { preference = 20, host = "mx2" },
  },

  -- What must come of it; `fakesmtp run` judges by this, and does not judge what is not stated.
  expect = {
    bounce = none,
    delivered = 1,
    client = { order = { "mx1", "mx2" } },
  },
}
