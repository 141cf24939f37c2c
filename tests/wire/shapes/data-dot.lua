-- SPDX-License-Identifier: BSD-2-Clause
--- What may happen at DATA and at the final dot; the client says which by its name.
local by_helo = require "shape"

local shapes = {
  ["data-4"] = { data = "451 4.3.0 Not now" },
  ["data-5"] = { data = "554 5.7.1 Not that" },
  ["data-5-lines"] = { data = { "554 5.7.1 Not", "554 5.7.1 that" } },
  ["data-empty"] = { data = raw "\r\n" },
  ["data-twice"] = { data = function(s) s:reply "250 2.0.0 One moment" end },
  ["data-closes"] = { data = function(s) s:reply "354 Go ahead" s:drop() end },
  ["data-early-4"] = { data = function(s) -- answered before the dot
    s:reply "354 Go ahead"
    s:line()
    s:reply "451 4.3.0 I have heard enough"
    s:finish()
  end },
  ["data-deaf"] = { data = function(s) s:reply "354 Go ahead" s:stall() end },
  ["data-resets"] = { data = function(s) s:reply "354 Go ahead" s:line() s:reset() end },
  ["data-refused-once"] = { rcpt = function(s, to) if to.user == "no" then return "550 5.1.1 No such user" end end },
  ["dot-4"] = { eom = "451 4.3.0 Not now" },
  ["dot-5"] = { eom = "554 5.6.0 Not that" },
  ["dot-long"] = { eom = function() return raw("550 5.6.0 " .. ("x"):rep(5100) .. "\r\n") end },
  ["dot-850"] = { eom = raw "850 What?\r\n" },
  ["dot-silence"] = { eom = function(s) s:stall() end },
  ["dot-closes"] = { eom = function(s) s:drop() end },
  ["dot-resets"] = { eom = function(s) s:reset() end },
  ["dot-ok-closes"] = { eom = function(s) s:reply "250 2.0.0 Taken" s:keep() s:drop() end },
  ["dot-ok-half"] = { eom = function(s) s:send "250 2.0" s:keep() s:drop() end },
  ["dot-lf"] = { eom = raw "250 2.0.0 Taken\n" },
  ["dot-pieces"] = { eom = function(s) s:send "25" s:sleep(0.3) s:send "0-2.0.0 Ta" s:sleep(0.3) return raw("ken\r\n250 2.0.0 Yes\r\n", 250) end },
  ["dot-stalls-then"] = { eom = function(s) s:sleep(0.4) end },
  ["dot-two"] = { eom = function(s) s:reply "250 2.0.0 Taken" return "451 4.3.0 No, sorry" end },
  ["dot-421"] = { eom = "421 4.3.2 Going down" },
  ["quit-silence"] = { quit = function(s) s:stall() end },
  ["quit-closes"] = { quit = function(s) s:drop() end },
  ["quit-more"] = { quit = function(s) s:reply "221 2.0.0 Bye" s:sleep(0.3) return "250 2.0.0 Oh, and another thing" end },
  ["quit-250"] = { quit = "250 2.0.0 Bye" },
}
for _, code in ipairs { "300", "334", "345", "350", "352" } do
  shapes["go-" .. code] = { data = code .. " go ahead" }
end

return by_helo(shapes)
