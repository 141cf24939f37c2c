--- It ends the connection where Lua cannot.
-- ends: 421
-- says: cannot wait or end the connection inside a callback
return {
  connect = function(s)
    table.sort({ 2, 1 }, function() s:drop() end)
  end,
}
