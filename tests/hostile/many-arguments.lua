--- Each call copies a hundred thousand arguments.
-- ends: 421
-- says: ran too long without waiting
return {
  connect = function(s)
    local function f(...) return select("#", ...) end
    local function g(...) while true do f(...) end end
    g(("x"):rep(100000):byte(1, -1))
  end,
}
