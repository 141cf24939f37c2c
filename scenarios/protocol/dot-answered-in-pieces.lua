--- The reply to the final dot has two lines, and five minutes pass in the middle of a word.
return {
  source = "RFC 5321 4.5.3.2.6: the client waits ten minutes for this reply; exim shape 0215:61",

  eom = function(s)
    s:keep()
    s:send "250-2.0.0 Queu"
    s:sleep(minutes(5))
    s:send "ed, and\r\n"
    return raw "250 2.0.0 done\r\n"
  end,

  expect = {
    bounce = none,
    delivered = 1, -- giving up early means sending it twice
    client = { attempts = 1 },
  },
}
