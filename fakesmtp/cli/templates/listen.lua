--- For two hours nobody listens, then all is well.
return {
  source = "RFC 5321 4.5.4.1: a sender goes on trying for days", -- where this behaviour is documented

  -- What the host does before any conversation: refuse, blackhole (no answer at all), reset; `lasting` seconds.
  listen = { refuse, lasting = hours(2) },

  -- What must come of it; `fakesmtp run` judges by this, and does not judge what is not stated.
  expect = {
    bounce = none,
    delivered = 1,
    client = { attempts = at_least(2) },
  },
}
