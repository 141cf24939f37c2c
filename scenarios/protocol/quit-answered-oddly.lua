--- The message is taken; each connection's QUIT is answered in another wrong way.
local fate = require "fate"

return {
  source = "RFC 5321 4.1.1.10: whatever becomes of QUIT, the message is delivered",

  quit = fate.in_turn {
    "421 4.3.2 Leaving first",
    "500 5.5.1 You stay",
    raw "bye\r\n",
    "354 Any last words?",
    raw "221 2.0.0 Bye\r\n221 2.0.0 Bye-bye\r\n",
    function(s) s:finish() end,
    function(s) s:reset() end,
    function(s) s:half_close() s:stall() end,
    raw "221 2.0.0 b\0ye\n",
  },

  expect = { bounce = none, delivered = 1, client = { attempts = 1 } },
}
