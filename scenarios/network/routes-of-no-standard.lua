--- Six codes that no RFC has, and that lists of codes explain: 540 to 547, about the way to the recipient.
return {
  source = "seed codes 540, 541, 542, 543, 546 and 547",

  send = { to = { "nodns", "silent", "bad", "route", "loop", "late" } },
  rcpt = function(s, to)
    if to.user == "nodns" then return "540 No DNS server for this email address" end
    if to.user == "silent" then return "541 No answer from host" end
    if to.user == "bad" then return "542 Bad connection" end
    if to.user == "route" then return "543 Routing server failure. No available route" end
    if to.user == "loop" then return "546 Email looping" end
    return "547 Delivery time-out"
  end,

  expect = {
    bounce = {
      ["nodns@"] = { reason = "host-unknown", stage = "rcpt", reply = "540", permanent = true, expired = false },
      ["silent@"] = { reason = "connection-failed", stage = "rcpt", reply = "541", permanent = true },
      ["bad@"] = { reason = "connection-failed", stage = "rcpt", reply = "542", permanent = true },
      ["route@"] = { reason = "dns-failure", stage = "rcpt", reply = "543", permanent = true },
      ["loop@"] = { reason = "mail-loop", stage = "rcpt", reply = "546", permanent = true, expired = false },
      ["late@"] = { reason = "expired", stage = "rcpt", reply = "547" },
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
