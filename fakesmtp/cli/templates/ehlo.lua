--- EHLO is refused and HELO is served: a server from before 1995.
return {
  source = "RFC 5321 3.2: a client whose EHLO is refused tries HELO", -- where this behaviour is documented

  -- Asked at EHLO and HELO (and LHLO); `verb` tells them apart, `name` is what the client calls itself.
  -- Return nil to behave, a reply to refuse. What EHLO announces is said by `extensions = {...}`.
  ehlo = function(s, name, verb)
    if verb == "EHLO" then return "502 5.5.1 EHLO is not implemented" end
  end,

  -- What must come of it; `fakesmtp run` judges by this, and does not judge what is not stated.
  expect = {
    bounce = none,
    delivered = 1,
    client = { attempts = 1 },
  },
}
