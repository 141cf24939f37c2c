--- The account was closed; the server says so after it has read the whole message.
return {
  source = "seed 004, htb-disabled",

  eom = function(s)
    return "554 delivery error: Sorry your message to " .. s.rcpts[1].addr .. " cannot be delivered. This account has been disabled or discontinued"
  end,

  expect = {
    bounce = {
      reason = "mailbox-disabled", stage = "eom", reply = "554", actor = "sender",
      permanent = true, expired = false,
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
