--- The recipient is refused by leaving; then DATA is; then one side is closed at DATA; then all is well.
return {
  source = "RFC 5321 4.1.1.4: before the 354 nothing has been sent that could be lost",

  rcpt = function(s)
    if s.connection == 1 then s:finish() end
  end,
  data = function(s)
    if s.connection == 2 then s:finish() end
    if s.connection == 3 then
      s:half_close()
      repeat local line = s:line() until not line
      s:finish()
    end
  end,

  expect = { bounce = none, delivered = 1, client = { attempts = 4 } },
}
