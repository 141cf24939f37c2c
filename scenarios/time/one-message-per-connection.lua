--- Two recipients in a message, one message in a connection: 421 to whoever wants more of the same.
local fate = require "fate"

return {
  source = "Yahoo: 421 Max message per connection reached, closing transmission channel; RFC 5321 3.8",

  send = { to = { "anna", "bert", "carl", "dora", "emil" } },
  mail = fate.when(fate.messages(1), "421 4.7.0 Max message per connection reached, closing transmission channel"),
  rcpt = fate.when(fate.recipients(2), "452 4.5.3 Too many recipients"),

  expect = {
    bounce = none,
    delivered = between(3, 5), -- three transactions, or one for each
  },
}
