--- The server hangs up instead of answering DATA, in order and then at once; then it serves.
return {
  source = "RFC 5321 3.8 and 4.1.1.4: before the 354 no message has been sent that could be lost",

  data = function(s)
    if s.connection == 1 then s:finish() end
    if s.connection == 2 then s:drop() end
  end,

  expect = { bounce = none, delivered = 1, client = { attempts = 3 } },
}
