--- The server hangs up instead of answering MAIL, then instead of answering RCPT; then it serves.
local function closes(which)
  return function(s)
    if s.connection == which then s:finish() end
  end
end

return {
  source = "RFC 5321 3.8 and 4.1.1.4: no message has been sent that could be lost",

  mail = closes(1),
  rcpt = closes(2),

  expect = { bounce = none, delivered = 1, client = { attempts = 3 } },
}
