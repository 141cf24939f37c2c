--- It behaves until a recipient comes.
-- ends: 421
-- says: :6: ran too long without waiting
return {
  rcpt = function()
    while true do end
  end,
}
