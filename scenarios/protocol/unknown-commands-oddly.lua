--- Each command that is unknown is answered in another wrong way: what does the client try?
-- For `fakesmtp serve`: the senders of a run say nothing that is unknown.
local fate = require "fate"
local oddly = fate.in_turn {
  raw "what?\r\n",
  "354 Go on",
  { "500 5.5.2 I know no such command,", "500 5.5.2 and nobody else does" },
  raw "500 5.5.2 No\r\n500 5.5.2 and no again\r\n",
  raw("500 5.5.2 " .. ("x"):rep(600) .. "\r\n"),
  raw "500 5.5.2 N\0\n",
  function(s) s:split { 1, 2 } end,
  function(s) s:sleep(minutes(1)) end,
  function(s) s:stall() end,
  function(s) s:finish() end,
  function(s) s:drop() end,
  function(s) s:reset() end,
  function(s) s:half_close() s:stall() end,
}

return {
  source = "RFC 5321 4.2.4: 500 for what is not recognised; seed codes 453, 458 and 459 (RFC 2645 5.2.1 and RFC 1985 5.3)",

  other = function(s, line)
    if line:match "^ATRN" then return "453 You have no mail" end
    if line:match "^ETRN x" then return "459 Node x.test not allowed: unknown here" end
    if line:match "^ETRN" then return "458 Unable to queue messages for node" end
    return oddly(s)
  end,

  expect = { bounce = none, delivered = 1, client = { attempts = 1 } },
}
