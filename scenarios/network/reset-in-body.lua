--- The server stops reading in the middle of the message, and resets the connection.
return {
  source = "Postfix: lost connection with mx.example while sending message body",

  send = { size = 600000 },
  listen = { accept, buffer = 4096 }, -- little is under way, so the client is still in the body when it is told

  data = function(s)
    s:reply("354 End data with <CR><LF>.<CR><LF>")
    s:stop_reading()
    s:sleep(seconds(20))
    s:reset()
  end,

  expect = {
    bounce = {
      reason = "connection-lost", stage = "data", actor = "recipient-postmaster",
      permanent = false, address_dead = false, expired = true,
    },
    delivered = 0,
    client = { attempts = at_least(2) },
  },
}
