--- Two recipients are refused with the same sentence, up to its last words.
return {
  source = "Mail.ru's answers at RCPT: user not found, or account is disabled",

  send = { to = { "nobody", "gone" } },
  rcpt = function(s, to)
    local why = to.user == "gone" and "account is disabled" or "user not found"
    return "550 Message was not accepted -- invalid mailbox. Local mailbox " .. to.addr .. " is unavailable: " .. why
  end,

  expect = {
    bounce = {
      ["nobody@"] = { reason = "user-unknown", stage = "rcpt", reply = "550", permanent = true, address_dead = true },
      ["gone@"] = { reason = "mailbox-disabled", stage = "rcpt", reply = "550", permanent = true },
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
