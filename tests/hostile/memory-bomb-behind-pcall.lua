--- Memory runs out again and again, and each time it is caught.
-- ends: 421
-- says: ran too long without waiting
return {
  connect = function(s)
    local hoard = {}
    while true do
      pcall(function()
        while true do hoard[#hoard + 1] = ("x"):rep(1 << 20) .. #hoard end
      end)
    end
  end,
}
