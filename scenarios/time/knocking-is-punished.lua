--- Who comes back before two minutes are over has to wait two minutes more.
local fate = require "fate"
local rate = require "rate"

return {
  source = "Exchange, Proofpoint and others lock out those who reconnect at once; RFC 5321 4.5.4.1: no retry without a delay",

  connect = rate {
    limit = 1, per = minutes(2), penalty = minutes(2), reply = "421 4.7.0 Too many connections, come back in %d seconds",
  },
  rcpt = fate.when(fate.first(1), "451 4.3.0 Not at the first attempt"),

  expect = { bounce = none, delivered = 1, client = { attempts = at_least(2) } },
}
