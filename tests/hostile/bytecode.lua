--- Code that did not come from a text.
-- ends: 421
-- says: unknown name 'load'
return {
  connect = function(s)
    return load("\27Lua")()
  end,
}
