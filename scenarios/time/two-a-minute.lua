--- Each sender may write to two recipients in a minute; the others have to wait for the next one.
local rate = require "rate"

return {
  source = "Microsoft, Exchange: RecipientRateLimit; RFC 5321 4.2.1: a transient reply is about its recipient alone",

  send = { to = { "anna", "bert", "carl" } },
  rcpt = rate { limit = 2, per = minutes(1), by = rate.by_sender, reply = "450 4.7.1 Two recipients a minute, wait %d seconds" },

  expect = {
    bounce = none,
    delivered = 2,
    client = { attempts = at_least(2), duplicates = 0 },
  },
}
