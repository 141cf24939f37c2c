--- The whole message is read before the sender is told to come again.
local greylist = require "greylist"
local by_triplet = greylist { delay = minutes(1) }

return {
  source = "RFC 6647 2.1: greylisting at DATA, by servers that want to see the message first",

  eom = function(s)
    return by_triplet(s, s.rcpts[1])
  end,

  expect = { bounce = none, delivered = 1, client = { attempts = at_least(2) } },
}
