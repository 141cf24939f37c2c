--- STARTTLS is answered with what is no answer, another one for each connection; the eighth has TLS.
local fate = require "fate"

return {
  source = "RFC 3207 4: 220, 454 or 501; RFC 7435 3",

  starttls = fate.in_turn {
    "354 Start mail input",
    raw "454 4.7.0 Kein TLS, unm\xF6glich\r\n",
    raw("454 4.7.0 " .. ("x"):rep(600) .. "\r\n"),
    raw "454 4.7.0 No\r\n454 4.7.0 and no again\r\n",
    raw "TLS? Sure!\r\n",
    function(s) s:finish() end,
    function(s) s:half_close() s:stall() end,
  },

  expect = { bounce = none, delivered = 1 },
}
