--- A range that nobody can put together.
-- ends: 421
-- says: ran too long without waiting
return {
  connect = function(s)
    table.concat(setmetatable({}, { __index = tostring }), "", 1, 1 << 60)
  end,
}
