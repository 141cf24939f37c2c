--- A long text, counted again and again.
-- ends: 421
-- says: ran too long without waiting
return {
  connect = function(s)
    local x = ("\u{e9}"):rep(1 << 20)
    while true do utf8.len(x) end
  end,
}
