--- LMTP with quotas: whose mailbox is full is told so, and the others get the message.
-- For `fakesmtp serve`: the senders of a run relay by SMTP.
local quota = require "quota"
local boxes = quota { messages = 10 }

return {
  source = "RFC 2033 1 and 4.2: this is what LMTP is for",

  lmtp = true,
  rcpt = boxes.rcpt,
  eom = function(s, message)
    local answers = {}
    for _, to in ipairs(s.rcpts) do
      if message.size > 2000 and to.user == "small" then answers[to.addr] = "552 5.2.2 Mailbox full" end
    end
    return answers
  end,

  expect = { -- of a sender that speaks SMTP here: RFC 2033 4.1 forbids to answer EHLO and HELO
    bounce = { reason = "protocol-error", reply = "500", permanent = true, address_dead = false },
    delivered = 0,
  },
}
