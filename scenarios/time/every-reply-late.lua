--- Every reply takes half a minute: slow is not broken.
local function late(s)
  s:sleep(seconds(30))
end

return {
  source = "RFC 5321 4.5.3.2: every timeout of the standard is longer",

  connect = late,
  ehlo = late,
  mail = late,
  rcpt = late,
  data = late,
  eom = late,
  rset = late,
  quit = late,

  expect = { bounce = none, delivered = 1, client = { attempts = 1, quit = true } },
}
