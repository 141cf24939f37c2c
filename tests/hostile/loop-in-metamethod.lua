--- The loop is in a metamethod.
-- ends: 421
-- says: ran too long without waiting
return {
  connect = function(s)
    local t = setmetatable({}, { __index = function() while true do end end })
    return t.greeting
  end,
}
