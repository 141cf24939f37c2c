--- The same with stars.
-- ends: 421
-- says: ran too long without waiting
return {
  connect = function(s)
    return ("a"):rep(1000):match(("a*"):rep(50) .. "b")
  end,
}
