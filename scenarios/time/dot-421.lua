--- 421 in reply to the final dot: the message was not taken, and the connection is over.
local fate = require "fate"

return {
  source = "RFC 5321 3.8: 421 may answer any command; the client treats it as if 451 had been said",

  eom = fate.when(fate.first(1), "421 4.3.0 Shutting down in the middle of your message"),

  expect = { bounce = none, delivered = 1, client = { attempts = 2 } },
}
