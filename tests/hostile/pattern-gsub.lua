--- The same, replacing.
-- ends: 421
-- says: ran too long without waiting
return {
  connect = function(s)
    return ("a"):rep(1000):gsub((".-"):rep(20) .. "b", "")
  end,
}
