--- The mailbox is full now; five minutes later its owner has cleaned up.
local quota = require "quota"
local boxes = quota { messages = 1, used = "all", frees = minutes(5), reply = "452 4.2.2 Mailbox full" }

return {
  source = "seed 003, 123-full-1; RFC 5321 4.2.3 (452): a full mailbox is a temporary matter for whom it is said so",

  rcpt = boxes.rcpt,
  eom = boxes.eom,

  expect = { bounce = none, delivered = 1, client = { attempts = at_least(2) } },
}
