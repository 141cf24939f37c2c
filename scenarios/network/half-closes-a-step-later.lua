--- The server closes its side at EHLO, then at MAIL, and goes on reading; the third connection is served.
local function half_closes(which)
  return function(s)
    if s.connection ~= which then return end
    s:half_close()
    repeat local line = s:line() until not line
    s:finish()
  end
end

return {
  source = "RFC 9293 3.6: what the client says still arrives, and no answer can come",

  ehlo = half_closes(1),
  mail = half_closes(2),

  expect = { bounce = none, delivered = 1, client = { attempts = 3 } },
}
