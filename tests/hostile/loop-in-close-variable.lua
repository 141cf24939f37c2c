--- A variable that loops when it is closed, behind an endless loop.
-- ends: 421
-- says: ran too long without waiting
return {
  connect = function(s)
    local x <close> = setmetatable({}, { __close = function() while true do end end })
    while true do end
  end,
}
