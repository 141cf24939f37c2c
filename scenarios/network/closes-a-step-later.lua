--- The server hangs up instead of greeting, then instead of answering EHLO; then it serves.
local function closes(which)
  return function(s)
    if s.connection == which then s:finish() end
  end
end

return {
  source = "RFC 5321 3.8 and 4.5.4.1: a connection that closes without 421 is a temporary failure, at any stage",

  connect = closes(1),
  ehlo = closes(2),

  expect = { bounce = none, delivered = 1, client = { attempts = 3 } },
}
