--- The message is taken; the reply to QUIT never comes, and the connection stays open.
return {
  source = "RFC 5321 4.1.1.10: the client should wait for the reply to QUIT, and the message is delivered all the same",

  quit = function(s)
    s:stall()
  end,

  expect = { bounce = none, delivered = 1, client = { attempts = 1 } },
}
