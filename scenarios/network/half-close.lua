--- The server greets and closes its side, but goes on reading: an answer cannot come any more.
return {
  source = "RFC 9293 3.6: half-closed connections; RFC 5321 4.2: every command generates exactly one reply",

  connect = function(s)
    s:reply("220 " .. s.host .. " ESMTP")
    s:half_close()
    repeat local line = s:line() until not line
    s:finish()
  end,

  expect = {
    bounce = {
      reason = "connection-lost", stage = "ehlo", actor = "recipient-postmaster",
      permanent = false, address_dead = false, expired = true,
    },
    delivered = 0,
    client = { attempts = at_least(2) },
  },
}
