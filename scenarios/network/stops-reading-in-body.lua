--- The server asks for the message and then reads no more of it.
return {
  source = "RFC 5321 4.5.3.2.5: three minutes for each block of data to be taken",

  send = { size = 600000 },
  listen = { accept, buffer = 4096 },

  data = function(s)
    s:reply("354 End data with <CR><LF>.<CR><LF>")
    s:stop_reading()
    s:stall()
  end,

  expect = {
    bounce = {
      reason = "timeout", stage = "data", actor = "recipient-postmaster",
      permanent = false, address_dead = false, expired = true,
    },
    delivered = 0,
    client = { attempts = at_least(2), waits = { data = minutes(3) } },
  },
}
