--- The first MX greets with 421 and closes; the second takes the mail.
return {
  source = "RFC 5321 3.1 and 4.2.1: the server is not available, which says nothing of the other MX (5.1)",

  mx = {
    {
      preference = 10, host = "mx1",
      connect = function(s)
        s:send "421 4.3.2 Too many connections, try again later\r\n"
        s:finish()
      end,
    },
    { preference = 20, host = "mx2" },
  },

  expect = { bounce = none, delivered = 1, client = { order = { "mx1", "mx2" }, duplicates = 0 } },
}
