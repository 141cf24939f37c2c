--- Instead of the 220 the connection ends, closed, then reset; the third connection has TLS.
local fate = require "fate"

return {
  source = "RFC 7435 3: the client comes again, with TLS or without",

  starttls = fate.in_turn {
    function(s) s:drop() end,
    function(s) s:reset() end,
  },

  expect = { bounce = none, delivered = 1 },
}
