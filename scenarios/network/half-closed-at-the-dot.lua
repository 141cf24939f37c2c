--- The message is read to its end, and the server closes its side instead of answering; the second time it is taken.
local function half_closes(which)
  return function(s)
    if s.connection ~= which then return end
    s:half_close()
    repeat local line = s:line() until not line
    s:finish()
  end
end

return {
  source = "RFC 9293 3.6 and RFC 1047",

  eom = half_closes(1),

  expect = { bounce = none, delivered = 1, client = { attempts = 2 } },
}
