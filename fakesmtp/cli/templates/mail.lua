--- The sender is refused: 553 to MAIL FROM.
return {
  source = "RFC 5321 4.2.3: 553 requested action not taken: mailbox name not allowed", -- where this is documented

  -- Asked at MAIL FROM: from.addr, from.user, from.domain, from.params (SIZE, BODY, RET ... in capitals).
  mail = function(s, from)
    return "553 5.1.8 Sender address <" .. from.addr .. "> rejected: domain not found"
  end,

  -- What must come of it; `fakesmtp run` judges by this, and does not judge what is not stated.
  expect = {
    bounce = { stage = "mail", reason = "sender-rejected", reply = "553", permanent = true },
    delivered = 0,
    client = { attempts = 1 }, -- a permanent failure is not tried again
  },
}
