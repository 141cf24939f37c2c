--- Every reply has three lines, even the go-ahead.
return {
  source = "RFC 5321 4.2.1: any reply may have several lines",

  connect = function(s) return { "220 " .. s.host .. " ESMTP", "220 Welcome", "220 and be patient" } end,
  mail = { "250 2.1.0 Sender", "250 2.1.0 is", "250 2.1.0 ok" },
  rcpt = { "250 2.1.5 Recipient", "250 2.1.5 is", "250 2.1.5 ok" },
  data = { "354 Go", "354 ahead", "354 now" },
  eom = { "250 2.0.0 Taken", "250 2.0.0 with", "250 2.0.0 thanks" },
  rset = { "250 2.0.0 Flushed", "250 2.0.0 all" },
  quit = { "221 2.0.0 Bye", "221 2.0.0 and", "221 2.0.0 come again" },

  expect = { bounce = none, delivered = 1, client = { attempts = 1, quit = true } },
}
