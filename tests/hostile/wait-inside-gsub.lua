--- It waits where Lua cannot.
-- ends: 421
-- says: cannot wait or end the connection inside a callback
return {
  connect = function(s)
    ("x"):gsub("x", function() s:sleep(1) end)
  end,
}
