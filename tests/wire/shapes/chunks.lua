-- SPDX-License-Identifier: BSD-2-Clause
--- BDAT (RFC 3030); the client says by its name what goes wrong.
local by_helo = require "shape"

local function at_chunk(number, reply)
  return function(s, chunk)
    if chunk and chunk.number == number then return type(reply) == "function" and reply(s) or reply end
  end
end

return by_helo({
  ["mail-5"] = { mail = "550 5.7.1 Not from you" },
  ["mail-4"] = { mail = "451 4.3.0 Not now" },
  ["rcpt-5"] = { rcpt = "550 5.1.1 No such user" },
  ["rcpt-second-5"] = { rcpt = function(s, to) if to.user == "no" then return "550 5.1.1 No such user" end end },
  ["last-4"] = { eom = "451 4.3.0 Not now" },
  ["last-5"] = { eom = "554 5.6.0 Not that" },
  ["first-4"] = { data = at_chunk(1, "451 4.3.0 Not now") },
  ["first-5"] = { data = at_chunk(1, "554 5.6.0 Not that") },
  ["second-5"] = { data = at_chunk(2, "554 5.6.0 Not that") },
  ["second-closes"] = { data = at_chunk(2, function(s) s:drop() end) },
  ["last-closes"] = { eom = function(s) s:drop() end },
}, { extensions = { chunking = true, binarymime = true, size = 5000 } })
