--- Five codes that no RFC has, and that lists of codes explain: they are about size and space.
return {
  source = "seed codes 522, 523, 531, 533 and 534",

  send = { to = { "limit", "large", "full", "disk", "big" } },
  rcpt = function(s, to)
    if to.user == "limit" then return "522 Recipient has exceeded mailbox limit" end
    if to.user == "large" then return "523 Server or connector limit exceeded. Message too large" end
    if to.user == "full" then return "531 Mail system full" end
    if to.user == "disk" then return "533 Remote server has insufficient disk space to hold email" end
    return "534 Message too big"
  end,

  expect = {
    bounce = {
      ["limit@"] = { reason = "mailbox-full", stage = "rcpt", reply = "522", permanent = true, expired = false },
      ["large@"] = { reason = "message-too-large", stage = "rcpt", reply = "523", permanent = true, expired = false },
      ["full@"] = { reason = "system-full", stage = "rcpt", reply = "531", permanent = true, expired = false },
      ["disk@"] = { reason = "system-full", stage = "rcpt", reply = "533", permanent = true, expired = false },
      ["big@"] = { reason = "message-too-large", stage = "rcpt", reply = "534", permanent = true, expired = false },
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
