--- Greylisting that knows no networks: each of a provider's sending hosts is new.
local greylist = require "greylist"

return {
  source = "RFC 6647 2.3 and 5: senders retry from other addresses; postgrey, --lookup-by-host",

  rcpt = greylist { delay = minutes(1), prefix = 32, reply = "450 4.2.0 Recipient address rejected: Greylisted" },

  expect = { bounce = none, delivered = 1, client = { attempts = at_least(2) } },
}
