--- Three recipients of one message: one is served, one put off for ever, one unknown.
return {
  source = "RFC 5321 3.3: each RCPT is answered for itself; exim shape 0217:5",

  send = { to = { "user", "full", "nobody" } },
  rcpt = function(s, to)
    if to.user == "full" then return "452 4.2.2 <" .. to.addr .. ">: Mailbox full" end
    if to.user == "nobody" then return "550 5.1.1 <" .. to.addr .. ">: User unknown" end
  end,

  expect = {
    bounce = {
      ["user@"] = none,
      ["full@"] = {
        reason = "mailbox-full", stage = "rcpt", reply = "452", permanent = false, expired = true, address_dead = false,
      },
      ["nobody@"] = {
        reason = "user-unknown", stage = "rcpt", reply = "550", permanent = true, expired = false, address_dead = true,
      },
    },
    delivered = 1,
    client = { attempts = at_least(2) },
  },
}
