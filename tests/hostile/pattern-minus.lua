--- A pattern that goes back and tries again for ever.
-- ends: 421
-- says: ran too long without waiting
return {
  connect = function(s)
    return ("a"):rep(100000):find(("a-"):rep(50) .. "b")
  end,
}
