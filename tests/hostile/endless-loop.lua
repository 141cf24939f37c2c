--- It never waits and never ends.
-- ends: 421
-- says: :6: ran too long without waiting
return {
  connect = function(s)
    while true do end
  end,
}
