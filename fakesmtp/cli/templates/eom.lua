--- The message is refused after its last line: 554, it looks like spam.
return {
  source = "RFC 5321 4.2.3: 554 transaction failed", -- where this behaviour is documented

  -- Asked when the whole message has come, by DATA or by BDAT: message.size, message.copy (how many-th time it came),
  -- message.duplicate. s:keep() and then s:drop() is a server that took it and did not say so.
  eom = function(s, message)
    return "554 5.7.1 Message rejected as spam"
  end,

  -- What must come of it; `fakesmtp run` judges by this, and does not judge what is not stated.
  expect = {
    bounce = { stage = "eom", reason = "spam-content", reply = "554", permanent = true, address_dead = false },
    delivered = 0,
    client = { attempts = 1 }, -- a permanent failure is not tried again
  },
}
