--- The server is starting up: 421 for the first two connections, then all is well.
local fate = require "fate"

return {
  source = "RFC 5321 3.8 and 4.2.3: 421 is temporary; the sender must come again",

  connect = fate.when(fate.first(2), "421 4.3.2 Starting up, try again in a minute"),

  expect = { bounce = none, delivered = 1, client = { attempts = 3 } },
}
