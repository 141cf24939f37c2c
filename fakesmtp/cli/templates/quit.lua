--- QUIT is never answered. The message was accepted before, so nothing is lost.
return {
  source = "RFC 5321 4.1.1.10: the client waits for the reply to QUIT", -- where this behaviour is documented

  -- Asked at QUIT. The same goes for rset = function(s), and other = function(s, line) for unknown commands.
  quit = function(s)
    s:stall()
  end,

  -- What must come of it; `fakesmtp run` judges by this, and does not judge what is not stated.
  expect = {
    bounce = none,
    delivered = 1, -- exactly once: what was accepted is not sent again
  },
}
