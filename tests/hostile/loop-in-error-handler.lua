--- The handler of xpcall is called while the error is still on its way.
-- ends: 421
-- says: ran too long without waiting
return {
  connect = function(s)
    xpcall(error, function() while true do end end)
  end,
}
