--- It calls itself for ever.
-- ends: 421
-- says: :
return {
  connect = function(s)
    local function f(n) return 1 + f(n + 1) end
    f(1)
  end,
}
