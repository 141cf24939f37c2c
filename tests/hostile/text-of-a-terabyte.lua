--- A text that is larger than the machine.
-- ends: 421
-- says: not enough memory
return {
  connect = function(s)
    return ("x"):rep(1 << 40)
  end,
}
