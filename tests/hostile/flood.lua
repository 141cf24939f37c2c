--- It talks without end and never listens.
-- ends: full
-- says: ran too long without waiting
return {
  connect = function(s)
    local line = "220-" .. ("more "):rep(20) .. "\r\n"
    while true do s:send(line) end
  end,
}
