--- The message is larger than the server takes.
return {
  source = "RFC 1870 6; seed codes, 523",

  eom = "552 5.3.4 Message size exceeds fixed maximum message size",

  expect = {
    bounce = {
      reason = "message-too-large", stage = "eom", reply = "552", status = "5.3.4", actor = "sender",
      permanent = true, address_dead = false, expired = false,
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
