--- A reply of ten megabytes.
-- ends: 421
-- says: ten-megabytes.lua:5: connect: 
return {
  connect = function(s)
    return "220 " .. ("x"):rep(10 << 20)
  end,
}
