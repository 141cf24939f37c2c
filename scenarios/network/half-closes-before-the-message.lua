--- The server closes its side at RCPT, then at DATA, and goes on reading; the third connection is served.
local function half_closes(which)
  return function(s)
    if s.connection ~= which then return end
    s:half_close()
    repeat local line = s:line() until not line
    s:finish()
  end
end

return {
  source = "RFC 9293 3.6; RFC 5321 4.1.1.4: without a 354 there is nothing to be sent",

  rcpt = half_closes(1),
  data = half_closes(2),

  expect = { bounce = none, delivered = 1, client = { attempts = 3 } },
}
