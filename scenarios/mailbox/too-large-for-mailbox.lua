--- The server would take the message, but not this mailbox.
return {
  source = "RFC 3463 3.3 (X.2.3)",

  rcpt = "552 5.2.3 Message length exceeds administrative limit of this mailbox",

  expect = {
    bounce = {
      reason = "message-too-large", stage = "rcpt", reply = "552", status = "5.2.3", actor = "sender",
      permanent = true, address_dead = false, expired = false,
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
