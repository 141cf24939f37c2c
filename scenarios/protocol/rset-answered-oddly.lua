--- Each RSET is answered in another wrong way; the fourteenth is obeyed.
-- For `fakesmtp serve` and clients that send several messages in a connection: those of a run have no need of RSET.
local fate = require "fate"

return {
  source = "RFC 5321 4.1.1.5: RSET is answered with 250; a client that does not hear it has to close the connection",

  rset = fate.in_turn {
    "451 4.3.0 Not now",
    "502 5.5.1 Never",
    raw "done\r\n",
    "354 Start mail input",
    raw "250 2.0.0 Flushed\r\n250 2.0.0 Flushed\r\n",
    raw "250 2.0.0 Fl\xFCshed\r\n",
    function(s) s:split { 1, 2 } end,
    function(s) s:sleep(minutes(1)) end,
    function(s) s:stall() end,
    function(s) s:finish() end,
    function(s) s:drop() end,
    function(s) s:reset() end,
    function(s) s:half_close() s:stall() end,
  },

  expect = { bounce = none, delivered = 1, client = { attempts = 1 } },
}
