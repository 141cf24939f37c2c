--- The server announces no SIZE, takes the whole message and finds it too large: 552 in reply to the final dot.
return {
  source = "RFC 5321 4.5.3.1.9 and RFC 1870 6.3",

  extensions = { size = false },
  eom = "552 5.3.4 Message size exceeds fixed limit",

  expect = {
    bounce = {
      reason = "message-too-large", stage = "eom", reply = "552", status = "5.3.4",
      permanent = true, address_dead = false, expired = false,
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
