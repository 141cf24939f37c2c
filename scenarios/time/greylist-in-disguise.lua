--- The server speaks of its resources and means that it does not know the sender yet.
local greylist = require "greylist"

return {
  source = "Mimecast, SMTP error codes: 451 Internal resources are temporarily unavailable is its greylisting",

  rcpt = greylist {
    delay = minutes(1), reply = "451 Internal resources are temporarily unavailable - https://community.mimecast.com/docs/DOC-1369#451",
  },

  expect = { bounce = none, delivered = 1, client = { attempts = at_least(2) } },
}
