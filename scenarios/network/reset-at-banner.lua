--- The connection is reset in the middle of the greeting.
return {
  source = "Postfix: lost connection with mx.example while receiving the initial server greeting",

  connect = function(s)
    s:send("220 " .. s.host .. " ES")
    s:sleep(seconds(1)) -- the client has it; otherwise its connect() might fail and not its read
    s:reset()
  end,

  expect = {
    bounce = {
      reason = "connection-lost", stage = "connect", actor = "recipient-postmaster",
      permanent = false, address_dead = false, expired = true,
    },
    delivered = 0,
    client = { attempts = at_least(2) },
  },
}
