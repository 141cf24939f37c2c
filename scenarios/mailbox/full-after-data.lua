--- The mailbox turns out to be full when the message is stored: 552 in reply to the end of the data.
return {
  source = "seed 004, htb-full-5: Mailbox limit exceeded while appending message; RFC 5321 4.3.2",

  eom = "552 5.2.2 Mailbox limit exceeded while appending message",

  expect = {
    bounce = {
      reason = "mailbox-full", stage = "eom", reply = "552", status = "5.2.2", actor = "recipient",
      permanent = true, address_dead = false, expired = false,
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
