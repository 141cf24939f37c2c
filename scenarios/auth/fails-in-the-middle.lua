--- LOGIN gets as far as the password and is broken off: 454, or the line goes dead for every second client.
local fate = require "fate"
local second = fate.every(2)

return {
  source = "RFC 4954 6: 454 4.7.0 temporary authentication failure; exim shapes 3401:74 and 3419",

  extensions = { auth = { "LOGIN" } },
  auth = function(s, auth)
    if auth.step < 2 then return end
    if second(s) then s:drop() end
    return "454 4.7.0 Temporary authentication failure"
  end,

  expect = { -- of a sender that does not log in: AUTH is an offer
    bounce = none,
    delivered = 1,
    client = { attempts = 1 },
  },
}
