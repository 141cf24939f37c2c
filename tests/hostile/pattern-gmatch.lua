--- The same, one after another.
-- ends: 421
-- says: ran too long without waiting
return {
  connect = function(s)
    for _ in ("a"):rep(1000):gmatch(("a+"):rep(20) .. "b") do end
  end,
}
