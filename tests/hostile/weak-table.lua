--- A table whose collection nothing can interrupt.
-- ends: 421
-- says: __mode is not available to scenarios
return {
  connect = function(s)
    setmetatable({}, { __mode = "k" })
  end,
}
