--- A table that lies about its length.
-- ends: 421
-- says: ran too long without waiting
return {
  connect = function(s)
    table.insert(setmetatable({}, { __len = function() return 1 << 60 end }), 1, "x")
  end,
}
