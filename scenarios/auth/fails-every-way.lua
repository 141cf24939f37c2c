--- Each attempt to log in fails in another way; the twentieth succeeds, if the password is right.
-- For `fakesmtp serve` and clients that log in; those of a run do not.
local fate = require "fate"

return {
  source = "RFC 4954 6, seed codes 432, 454, 534, 535 and 538; Exchange: 535 5.7.3 and 504 5.7.4; RFC 3463 3.8 (X.7.3, X.7.4)",

  extensions = { auth = { "PLAIN", "LOGIN" } },
  auth = fate.when(function(_, auth) return auth.step == 1 end, fate.in_turn {
    "535 5.7.8 Authentication credentials invalid",
    "535 5.7.3 Authentication unsuccessful",
    "534 5.7.9 Authentication mechanism is too weak",
    "538 5.7.11 Encryption required for requested authentication mechanism",
    "504 5.7.4 Unrecognized authentication type",
    "432 4.7.12 A password transition is needed",
    "454 4.7.0 Temporary authentication failure",
    { "535 5.7.8 The password has expired,", "535 5.7.8 see https://mx.test/password" },
    raw "no\r\n",
    "354 Start mail input",
    raw "535 5.7.8 No\r\n535 5.7.8 and no again\r\n",
    raw("535 5.7.8 " .. ("x"):rep(600) .. "\r\n"),
    raw "535 5.7.8 Zugang verweigert: unm\xF6glich\r\n",
    function(s) s:split { 1, 2 } end,
    function(s) s:sleep(minutes(1)) end,
    function(s) s:stall() end,
    function(s) s:finish() end,
    function(s) s:reset() end,
    function(s) s:half_close() s:stall() end,
  }),

  expect = { -- of a sender that does not log in: AUTH is an offer
    bounce = none,
    delivered = 1,
    client = { attempts = 1 },
  },
}
