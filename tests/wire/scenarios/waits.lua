--- Sleeps and stalls, at each stage, by local part.
local function wait(s, who)
  if who.user == "sleep" then s:sleep(30) end
  if who.user == "stall" then s:stall() end
end

return {
  mail = wait,
  rcpt = wait,
  eom = function(s) wait(s, s.rcpts[1]) end,
  data = function(s) if s.rcpts[1].user == "late" then s:sleep(20) end end,
  ehlo = function(s, name) if name == "stall" then s:stall() end end,
}
