--- There is room in the mailbox, but not for a message of this size.
-- check: allow expectation: what goes wrong is in the library, and wants a large message
local quota = require "quota"
local boxes = quota { bytes = 50000, used = 10000, reply = "552 5.2.2 Not enough space in the mailbox" }

return {
  source = "RFC 1870 6: the size is announced with MAIL, and known to the server at RCPT",

  send = { size = 60000 },
  rcpt = boxes.rcpt,
  eom = boxes.eom,

  expect = {
    -- At RCPT for a client that announces the size, after the message for one that does not.
    bounce = { reason = "mailbox-full", reply = "552", status = "5.2.2", permanent = true, address_dead = false },
    delivered = 0,
    client = { attempts = 1 },
  },
}
