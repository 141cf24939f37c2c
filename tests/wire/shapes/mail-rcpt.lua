-- SPDX-License-Identifier: BSD-2-Clause
--- What may happen at MAIL and RCPT; the client says which by its name.
local by_helo = require "shape"
local fate = require "fate"

local function by_user(replies)
  return function(s, to) return replies[to.user] end
end

local nothing = raw "\r\n" -- an empty line, which is no reply

return by_helo {
  ["mail-4"] = { mail = "451 4.3.0 Not now" },
  ["mail-5"] = { mail = "550 5.7.1 Not from you" },
  ["mail-5-lines"] = { mail = { "550 5.7.1 Not", "550 5.7.1 from", "550 5.7.1 you" } },
  ["mail-silence"] = { mail = function(s) s:stall() end },
  ["mail-empty"] = { mail = nothing },
  ["mail-850"] = { mail = raw "850 What?\r\n" },
  ["mail-second-5"] = { mail = fate.when(fate.messages(1), "550 5.7.1 One was enough") },
  ["mail-421"] = { mail = "421 4.3.2 Going down" },
  ["mail-twice"] = { mail = function(s) s:reply "250 2.1.0 Yes" end },
  ["rcpt-4"] = { rcpt = "450 4.2.1 Not now" },
  ["rcpt-5"] = { rcpt = "550 5.1.1 No such user" },
  ["rcpt-5-lines"] = { rcpt = { "550 5.1.1 No", "550 5.1.1 such", "550 5.1.1 user" } },
  ["rcpt-each"] = { rcpt = by_user { four = "450 4.2.1 Later", five = "550 5.1.1 Never" } },
  ["rcpt-silence"] = { rcpt = function(s) s:stall() end },
  ["rcpt-closes"] = { rcpt = function(s) s:drop() end },
  ["rcpt-5-closes"] = { rcpt = function(s) s:reply "550 5.1.1 Get lost" s:drop() end },
  ["rcpt-empty"] = { rcpt = nothing },
  ["rcpt-850"] = { rcpt = raw "850 What?\r\n" },
  ["rcpt-long"] = { rcpt = function() return raw("550 5.1.1 " .. ("x"):rep(5800) .. "\r\n") end },
  ["rcpt-150"] = { rcpt = fate.when(fate.recipients(150), "452 4.5.3 Enough") },
  ["rcpt-stall-close"] = { rcpt = function(s) s:sleep(0.4) s:drop() end },
  ["rcpt-random"] = { rcpt = fate.when(fate.to "random-*", "550 5.1.1 No such user") },
  ["rcpt-first-5"] = { rcpt = fate.when(fate.first(1, fate.by_helo), "550 5.1.1 Not the first time") },
  ["rcpt-551"] = { rcpt = "551 5.1.6 User not local; please try <new@elsewhere.test>" },
  ["rcpt-251"] = { rcpt = "251 2.1.5 User not local; will forward to <new@elsewhere.test>" },
}
