-- SPDX-License-Identifier: BSD-2-Clause
--- What happens from connection to connection, and from message to message.
local fate = require "fate"

return {
  mx = {
    { host = "turns", rcpt = fate.in_turn { false, "450 4.2.1 Later", "550 5.1.1 Never" } },
    { host = "greylist", rcpt = fate.when(fate.first(1, fate.by_pair), "451 4.7.1 Greylisted") },
    { host = "third", connect = fate.when(fate.every(3), "421 4.3.2 Every third") },
    { host = "onemail", mail = fate.when(fate.messages(1), "421 4.7.0 One message for each connection") },
    { host = "two", rcpt = fate.when(fate.recipients(2), "452 4.5.3 Two at a time") },
    { host = "number", mail = function(s) if s.connection == 2 then s:reset() end end,
      rset = function(s) return "250 2.0.0 " .. s.transaction .. " begun, " .. s.messages .. " taken" end },
    { host = "reload", rset = "503 5.5.1 EHLO first", data = fate.when(fate.first(1), "503 5.5.1 RCPT first") },
    { host = "names", mail = fate.when(fate.any { fate.helo "localhost*", fate.from "*@spam.t" }, "550 5.7.1 Not you"),
      rcpt = fate.when(fate.no(fate.to "postmaster*"), "550 5.1.1 Only postmaster") },
    { host = "large", mail = fate.when(fate.bytes(1000), "552 5.3.4 Too large"),
      eom = fate.when(fate.bytes(1000), "552 5.3.4 Too large, now that I have seen it") },
    { host = "fickle", mail = fate.when(fate.chance(1), "451 4.3.0 Bad luck") },
    { host = "timeout", mail = function(s) s:reply "250 2.1.0 Sender ok" s:sleep(0.3) s:reply "421 4.4.2 Timed out" s:finish() end },
  },
}
