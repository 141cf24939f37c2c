-- SPDX-License-Identifier: BSD-2-Clause
--- What may happen at EHLO; the client says which by its name.
local by_helo = require "shape"

local function to_ehlo(reply)
  return function(s, name, verb) if verb == "EHLO" then return reply end end
end

return by_helo {
  ["both-450"] = { ehlo = "450 4.3.2 Later" },
  ["both-550"] = { ehlo = "550 5.7.1 Not you" },
  ["ehlo-500"] = { ehlo = to_ehlo "500 5.5.1 What?" },
  ["helo-closes"] = { ehlo = function(s, _, verb)
    if verb == "HELO" then s:drop() end
    return "550 5.7.1 Not so modern"
  end },
  ["silence"] = { ehlo = function(s) s:stall() end },
  ["two-twenty"] = { ehlo = "220 and once more" },
  ["empty-lines"] = { ehlo = raw "250-mx\r\n250-\r\n250-\r\n250 SIZE\r\n" },
  ["no-last-line"] = { ehlo = raw("250-mx\r\n250-SIZE 1000\r\n", 250) },
  ["mixed"] = { ehlo = raw("250-mx\r\n251-SIZE\r\n250 DSN\r\n", 250) },
  ["no-blank"] = { ehlo = raw "250-mx\r\n250\r\n" },
  ["nul"] = { ehlo = raw "250-m\0x\r\n250 \xff\xfe\r\n" },
  ["bare-cr"] = { ehlo = raw "250-mx\r250 SIZE\r\n" },
  ["endless"] = { ehlo = function() return raw("250-" .. ("x"):rep(3000) .. "\r\n250 mx\r\n") end },
  ["thousand-lines"] = { ehlo = function() return raw(("250-X-LINE\r\n"):rep(1000) .. "250 mx\r\n") end },
  ["stall-inside"] = { ehlo = function(s) s:send "250-mx\r\n250-SI" s:sleep(0.6) return raw("ZE\r\n250 DSN\r\n", 250) end },
  ["premature"] = { ehlo = raw "250 mx\r\n250 2.1.0 Sender ok before it was named\r\n", mail = raw("", 250) },
  ["reply-to-nobody"] = { mail = function(s) s:reply "250 2.1.0 Sender ok" s:sleep(0.3) s:reply "421 4.3.2 Oh, and goodbye" s:finish() end },
}
