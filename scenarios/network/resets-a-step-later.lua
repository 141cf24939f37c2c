--- TCP resets at EHLO, then at MAIL; the third connection is served.
local function resets(which)
  return function(s)
    if s.connection == which then s:reset() end
  end
end

return {
  source = "RFC 9293 3.5.2: the client reads ECONNRESET, whatever it was about to be told",

  ehlo = resets(1),
  mail = resets(2),

  expect = { bounce = none, delivered = 1, client = { attempts = 3 } },
}
