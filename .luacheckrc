-- SPDX-License-Identifier: BSD-2-Clause
-- What luacheck may see in scenarios: fakesmtp-scenario(5).
std = "none"
max_line_length = false -- a wording stands on one line, as it goes over the wire
self = false
unused_args = false -- a handler's parameters say what it is given
read_globals = {
  "assert", "error", "getmetatable", "ipairs", "next", "pairs", "pcall", "rawequal", "rawget", "rawlen", "rawset", "select",
  "setmetatable", "tonumber", "tostring", "type", "xpcall", "print", "require", "string", "table", "math", "utf8",
  "raw", "at_least", "at_most", "between", "any_of", "seconds", "minutes", "hours", "days", "none",
  "accept", "refuse", "blackhole", "reset",
  "nxdomain", "nodata", "servfail", "refused", "silent", "truncated", "late", "wrong_id", "lame", "referral", "answered",
}
