--- Each instruction compares megabytes.
-- ends: 421
-- says: ran too long without waiting
return {
  connect = function(s)
    local a, b = ("x"):rep(1 << 24) .. "a", ("x"):rep(1 << 24) .. "a"
    while true do
      if a ~= b then return end
    end
  end,
}
