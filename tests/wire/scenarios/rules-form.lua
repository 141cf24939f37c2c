--- The table form, with a row of each kind.
local rules = require "rules"

return rules {
  { at = "connect", host = "mx2", reply = "554 5.3.2 Not here" },
  { at = "ehlo", helo = "bad*", reply = "550 5.7.1 A bad name" },
  { at = "mail", from = "", reply = "550 5.7.1 No bounces here" },
  { at = "mail", size = 1000, reply = { "552 5.3.4 Too", "552 5.3.4 large" } },
  { at = "rcpt", to = "nobody@*", reply = "550 5.1.1 No such user" },
  { at = "rcpt", to = "grey@*", first = 1, by = "pair", reply = "451 4.7.1 Greylisted" },
  { at = "rcpt", to = "tarpit@*", wait = 5 },
  { at = "rcpt", to = "tarpit@b", reply = "450 4.2.0 Waited for nothing" },
  { at = "rcpt", to = "third?@*", every = 3, reply = "450 4.2.0 Every third" },
  { at = "rcpt", to = "used@*", after = 1, reply = "450 4.2.0 Once only" },
  { at = "rcpt", to = "never@*", chance = 0, drop = true },
  { at = "rcpt", to = "drop@*", drop = true },
  { at = "rcpt", to = "stall@*", stall = true },
  { at = "rcpt", to = "bye@*", reply = "451 4.3.0 Bye", finish = true },
  { at = "data", to = "data@*", reply = raw("not a reply\r\n", 554) },
  { at = "eom", to = "rst@*", reset = true },
  { at = "eom", to = "kept@*", keep = true, drop = true },
  mx = { { host = "mx1" }, { host = "mx2", preference = 20 } },
}
