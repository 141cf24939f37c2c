--- Code that would run whenever memory is collected.
-- ends: 421
-- says: __gc is not available to scenarios
return {
  connect = function(s)
    setmetatable({}, { __gc = function() while true do end end })
  end,
}
