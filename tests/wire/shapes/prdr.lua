-- SPDX-License-Identifier: BSD-2-Clause
--- PRDR (draft-hall-prdr), alone and with chunks; the client says by its name what comes after the message.
local by_helo = require "shape"

local function each(replies)
  return { eom = function() return replies end }
end

return by_helo({
  ["all"] = each { overall = "250 2.0.0 All of them" },
  ["one-4"] = each { ["c@"] = "450 4.2.1 Later" },
  ["one-5"] = each { ["c@"] = "550 5.7.1 Not that" },
  ["none"] = each { ["b@"] = "550 5.7.1 No", ["c@"] = "550 5.7.1 No" },
  ["overall-5"] = each { overall = "550 5.6.0 Not that, after all" },
  ["overall-4"] = each { overall = "450 4.3.0 Not now, after all" },
  ["whole-5"] = { eom = "550 5.6.0 Not that" },
}, { extensions = { prdr = true, chunking = true } })
