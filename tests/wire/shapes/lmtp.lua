-- SPDX-License-Identifier: BSD-2-Clause
--- LMTP (RFC 2033); the client says by its name what goes wrong.
local by_helo = require "shape"

return by_helo({
  ["lhlo-5"] = { ehlo = "550 5.7.1 Not you" },
  ["mail-5"] = { mail = "550 5.7.1 Not from you" },
  ["rcpt-each"] = { rcpt = function(s, to)
    if to.user == "five" then return "550 5.1.1 No such user" end
    if to.user == "four" then return "450 4.2.1 Later" end
  end },
  ["each"] = { eom = function()
    return { ["four@"] = "450 4.2.1 Later", ["five@t"] = { "550 5.2.2 Over", "550 5.2.2 quota" } }
  end },
  ["pieces"] = { eom = function()
    return {
      ["b@"] = function(s) s:send "250-2.1.5 a\r\n250-2." s:sleep(0.4) return raw("1.5 b\r\n250 2.1.5 c\r\n", 250) end,
      ["c@"] = function(s) s:reply "450 4.2.1 Later, and now for something else" s:drop() end,
    }
  end },
  ["all-4"] = { eom = "451 4.3.0 Not now" },
  ["one-missing"] = { eom = function() return { ["c@"] = raw("") } end },
  ["one-too-many"] = { eom = function() return { ["c@"] = function(s) s:reply "250 2.1.5 Ok" end } end },
}, { lmtp = true, extensions = { chunking = true } })
