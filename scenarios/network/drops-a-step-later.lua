--- The connection is closed at once, with what was on its way: at the greeting, then at MAIL; then all is well.
local function drops(which)
  return function(s)
    if s.connection == which then s:drop() end
  end
end

return {
  source = "RFC 5321 3.8; a firewall with a short memory",

  connect = drops(1),
  mail = drops(2),

  expect = { bounce = none, delivered = 1, client = { attempts = 3 } },
}
