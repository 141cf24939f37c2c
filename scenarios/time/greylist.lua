--- An unknown sender is asked to come back in five minutes; who does is let in.
local greylist = require "greylist"

return {
  source = "RFC 6647 4.2: greylisting by client, sender and recipient",

  rcpt = greylist { delay = minutes(5) },

  expect = {
    bounce = none,
    delivered = 1,
    client = { attempts = at_least(2) },
  },
}
