--- Every reply falls apart on its way, once between CR and LF: TCP has no packets.
local function apart(s)
  s:split { 1, 2, 5 }
end

return {
  source = "Dovecot's enumeration of misbehaviour: partial reply; emersion/go-smtp 120; RFC 5321 4.2 speaks of lines",

  connect = apart,
  ehlo = function(s)
    local first = "250-" .. s.host .. "\r\n"
    s:split { 2, 2, #first - 5, 1 }
    return { "250 " .. s.host, "250 SIZE 1000000" }
  end,
  mail = apart,
  rcpt = apart,
  data = apart,
  eom = apart,
  quit = apart,

  expect = { bounce = none, delivered = 1, client = { attempts = 1, quit = true } },
}
