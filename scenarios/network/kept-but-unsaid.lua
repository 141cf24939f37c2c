--- The server takes the message, keeps it, and hangs up instead of saying so: a second copy is what it gets.
return {
  source = "RFC 1047: duplicate messages and SMTP; Postfix: message may be sent more than once",

  eom = function(s, message)
    if not message.duplicate then
      s:keep()
      s:drop()
    end
  end,

  expect = { bounce = none, delivered = 2, client = { attempts = 2, duplicates = 1 } },
}
