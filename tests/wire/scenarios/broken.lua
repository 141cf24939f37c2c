--- Breaks in various ways; whoever does not ask for that is served.
local hoard = {}

return {
  rcpt = function(s, to)
    if to.user == "index" then return to.nothing.more end
    if to.user == "loop" then while true do end end
    if to.user == "hidden" then while true do pcall(function() while true do end end) end end
    if to.user == "memory" then for i = 1, math.huge do hoard[i] = ("x"):rep(65536) .. i end end
    if to.user == "nil" then error(nil) end
    if to.user == "reply" then return "no code" .. "" end
    if to.user == "stack" then local function f() return 1 + f() end f() end
    if to.user == "sort" then table.sort({ 1, 2, 3 }, function() s:sleep(1) end) end
    hoard = {}
  end,
  close = function(s) if s.helo == "close" then error "broken at its close" end end,
}
