--- It hoards texts until there is no memory.
-- ends: 421
-- says: not enough memory
return {
  connect = function(s)
    local hoard = {}
    for i = 1, 1e9 do
      hoard[i] = ("x"):rep(65536) .. i
    end
  end,
}
