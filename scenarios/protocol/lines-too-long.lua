--- Every reply has a line of six hundred octets; 512 is what the standard allows.
local function long(code)
  return raw(code .. " " .. ("x"):rep(600) .. "\r\n", code)
end

return {
  source = "RFC 5321 4.5.3.1.5: 512 octets; 4.5.3.1: no limits where that is possible",

  connect = long(220),
  ehlo = long(250),
  mail = long(250),
  rcpt = long(250),
  data = long(354),
  eom = long(250),
  rset = long(250),
  quit = long(221),

  expect = { bounce = none, delivered = 1, client = { attempts = 1 } },
}
