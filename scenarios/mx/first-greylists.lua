--- The first MX greylists, the second takes the mail at once.
local greylist = require "greylist"

return {
  -- A reply of 4yz ends the attempt for some clients; others go on to the second MX. RFC 5321 5.1 allows both, so only
  -- the outcome is judged.
  source = "RFC 5321 5.1 and 4.2.1: a transient reply may be taken to the next MX, or home into the queue",

  mx = {
    { preference = 10, host = "mx1", rcpt = greylist { delay = minutes(5) } },
    { preference = 20, host = "mx2" },
  },

  expect = { bounce = none, delivered = 1, client = { duplicates = 0 } },
}
