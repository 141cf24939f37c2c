--- It loops when the client has gone.
-- ends: close
-- says: :6: ran too long without waiting
return {
  close = function()
    while true do end
  end,
}
