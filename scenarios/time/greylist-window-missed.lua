--- Who comes back later than in ten minutes is new again: too soon for most queues.
local greylist = require "greylist"

return {
  source = "RFC 6647 4.2 and 5: the window has to be longer than anybody's retry interval; RFC 5321 4.5.4.1: 30 minutes",

  rcpt = greylist { delay = minutes(1), window = minutes(10) },

  expect = {
    -- A sender that waits 30 minutes, as the standard has it, never gets in; one that is hastier does.
    delivered = at_most(1),
    client = { attempts = at_least(2), duplicates = 0 },
  },
}
