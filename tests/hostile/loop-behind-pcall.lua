--- Each error that would end the loop is caught.
-- ends: 421
-- says: :7: ran too long without waiting
return {
  connect = function(s)
    while true do
      pcall(function() while true do end end)
    end
  end,
}
