--- The server takes two recipients in a transaction and answers 452 to the others: come again with them.
local fate = require "fate"

return {
  source = "RFC 5321 4.5.3.1.10: 452 for too many recipients is a temporary matter, of those recipients only",

  send = { to = { "anna", "bert", "carl", "dora", "emil" } },
  rcpt = fate.when(fate.recipients(2), "452 4.5.3 Too many recipients"),

  expect = {
    bounce = none,
    delivered = between(3, 5), -- three transactions, or one for each
  },
}
