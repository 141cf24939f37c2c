--- Sorting what is not there.
-- ends: 421
-- says: ran too long without waiting
return {
  connect = function(s)
    table.sort(setmetatable({}, { __len = function() return (1 << 31) - 2 end, __index = rawlen }))
  end,
}
