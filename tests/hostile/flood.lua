--- It talks without end and never listens.
-- ends: full
-- says: ran too long without waiting
return {
  connect = function(s)
    while true do s:send("220-more\r\n") end
  end,
}
