--- The server has heard enough after one line and says so, while the client is still sending.
return {
  source = "RFC 5321 4.1.1.4: the reply follows the end of the data; exim shape 0474",

  send = { size = 200000 },
  data = function(s)
    s:reply "354 End data with <CR><LF>.<CR><LF>"
    s:line()
    s:reply "552 5.3.4 That is too much already"
    s:data()
    return raw("", 552) -- it has been said
  end,

  expect = {
    -- At the data or at their end, depending on when the client reads.
    bounce = { reason = "message-too-large", reply = "552", permanent = true, address_dead = false },
    delivered = 0,
  },
}
