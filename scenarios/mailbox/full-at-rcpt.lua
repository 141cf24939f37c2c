--- The mailbox is full, and the server says so in reply to RCPT TO: 552 5.2.2.
return {
  source = "seed 004, htb-full-4; RFC 3463 3.3 (X.2.2)",

  rcpt = "552 5.2.2 The recipient's mailbox is full and can't accept messages now.",

  expect = {
    bounce = {
      reason = "mailbox-full", stage = "rcpt", reply = "552", status = "5.2.2", actor = "recipient",
      permanent = true, address_dead = false, expired = false,
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
