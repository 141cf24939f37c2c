-- SPDX-License-Identifier: BSD-2-Clause
--- AUTH (RFC 4954); the client says by its name what goes wrong.
local by_helo = require "shape"

local function at(step, reply)
  return { auth = function(s, auth)
    if auth.step ~= step then return end
    if type(reply) == "function" then return reply(s) end
    return reply
  end }
end

return by_helo({
  ["at-once-5"] = at(1, "535 5.7.8 Not you"),
  ["at-once-4"] = at(1, "454 4.7.0 Not now"),
  ["drops"] = at(1, function(s) s:drop() end),
  ["second-5"] = at(2, "535 5.7.8 Not you"),
  ["third-5"] = at(3, "535 5.7.8 Not you"),
  ["second-drops"] = at(2, function(s) s:drop() end),
  ["stalls"] = at(2, function(s) s:stall() end),
  ["success-250"] = at(2, "250 2.7.0 Come in"),
  ["success-254"] = at(2, "254 Come in"),
  ["success-300"] = at(1, "300 Come in"),
  ["not-base64"] = at(1, raw "334 ???\r\n"),
  ["needs-auth"] = { mail = function(s) if not s.auth then return "530 5.7.0 Log in first" end end },
  ["who-am-i"] = { mail = function(s) return "550 5.7.1 " .. s.protocol .. " " .. (s.auth and s.auth.user or "nobody") end },
}, {
  users = { tim = "tanstaaftanstaaf" },
  extensions = { auth = { "PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-256", "XOAUTH2", "GSSAPI" } },
})
