--- A text that doubles.
-- ends: 421
-- says: not enough memory
return {
  connect = function(s)
    local x = "x"
    while true do
      x = x .. x
    end
  end,
}
