--- The header cannot be read: Exchange calls the whole message corrupt.
return {
  source = "Exchange: 554 5.6.0 Invalid message content; RFC 3463 3.7 (X.6.0)",

  eom = "554 5.6.0 Invalid message content: Corrupt message header",

  expect = {
    bounce = {
      reason = "content", stage = "eom", reply = "554", status = "5.6.0",
      permanent = true, address_dead = false, expired = false,
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
