--- An error with more to say than anybody reads.
-- ends: 421
-- says: :6: xxxx
return {
  connect = function(s)
    error(("x"):rep(1 << 20), 0)
  end,
}
