--- Once one triplet has passed, its whole network is known, and nobody else is put off.
local greylist = require "greylist"

return {
  source = "RFC 6647 2.3 and 4.2; postgrey, --auto-whitelist-clients",

  send = { to = { "anna", "bert" } },
  rcpt = greylist { delay = minutes(1), passes = 1 },

  expect = { bounce = none, delivered = between(1, 2), client = { attempts = at_least(2) } },
}
