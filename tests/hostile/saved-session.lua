--- It keeps the session of one client and talks to it from that of another.
-- ends: 421
-- says: :9: this session is over or belongs to another connection
local kept

return {
  connect = function(s)
    if kept then
      kept:reply "220 for somebody else"
    end
    kept = s
  end,
}
