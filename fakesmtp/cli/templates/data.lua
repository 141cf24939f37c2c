--- DATA is answered with 451 the first two times, then the server recovers.
local fate = require "fate" -- scenarios/lib/fate.lua: who fails, and when

return {
  source = "RFC 5321 4.2.5: the client tries again after a 4yz reply", -- where this behaviour is documented

  -- Asked at DATA, before the message; a reply of 3yz asks for it. (With BDAT it is asked at each chunk.)
  data = fate.when(fate.first(2), "451 4.3.0 Try again later"),

  -- What must come of it; `fakesmtp run` judges by this, and does not judge what is not stated.
  expect = {
    bounce = none,
    delivered = 1,
    client = { attempts = at_least(3) },
  },
}
