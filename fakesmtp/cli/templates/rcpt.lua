--- One recipient does not exist, the other one gets the mail.
return {
  source = "RFC 5321 4.2.3: 550 requested action not taken: mailbox unavailable", -- where this is documented

  send = { to = { "nobody", "user" } }, -- the local parts that `fakesmtp run` sends to; without it, "user"

  -- Asked at each RCPT TO: to.addr, to.user, to.domain, to.params. Return nil to behave, a reply to refuse.
  -- Other things to try: s:sleep(minutes(2)) before the reply, s:stall(), s:drop(), s:reset(), if s:chance(0.5) then.
  rcpt = function(s, to)
    if to.user == "nobody" then return "550 5.1.1 No such user" end
  end,

  -- What must come of it, for each recipient; `fakesmtp run` judges by this, and does not judge what is not stated.
  expect = {
    bounce = {
      ["nobody@"] = { reason = "user-unknown", stage = "rcpt", reply = "550", permanent = true, address_dead = true },
      ["user@"] = none,
    },
    delivered = 1,
    client = { attempts = 1 }, -- a permanent failure is not tried again
  },
}
