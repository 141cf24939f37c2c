--- Ten megabytes sent as they are, to a client that does not read so much.
-- ends: full
-- says: 
return {
  connect = function(s)
    s:send(("x"):rep(10 << 20))
  end,
}
