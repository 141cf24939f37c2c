--- The user has moved, and the server names the new address: 551.
return {
  source = "RFC 5321 3.4; seed codes, 551",

  rcpt = "551 5.1.6 User not local; please try <new@elsewhere.test>",

  expect = {
    bounce = {
      reason = "mailbox-moved", stage = "rcpt", reply = "551", status = "5.1.6", actor = "sender",
      permanent = true, expired = false,
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
