--- Two of three recipients are answered, then the server shuts down: the transaction never was.
local fate = require "fate"

return {
  source = "RFC 5321 3.8 and 4.1.1.5: without the end of the data nothing has been taken",

  send = { to = { "anna", "bert", "carl" } },
  rcpt = fate.when(fate.all { fate.to "carl@*", fate.first(1) }, "421 4.3.2 Shutting down, come again"),

  expect = {
    bounce = none,
    delivered = between(1, 3), -- one transaction, or one for each
    client = { duplicates = 0 },
  },
}
