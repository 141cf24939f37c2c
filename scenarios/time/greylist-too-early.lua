--- Two minutes are to be waited, and an attempt before that makes them begin anew.
local greylist = require "greylist"

return {
  source = "RFC 6647 4.2: what a retry before the time does is the server's choice",

  rcpt = greylist { delay = minutes(2), early = "restart", reply = "451 4.7.1 Greylisted, come back in %d seconds" },

  expect = { bounce = none, delivered = 1, client = { attempts = at_least(2) } },
}
