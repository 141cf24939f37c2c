--- The shortest way to say that a mailbox is full.
return {
  source = "seed 004, htb-full-1",

  rcpt = "552 Mailbox is full",

  expect = {
    bounce = {
      reason = "mailbox-full", stage = "rcpt", reply = "552", actor = "recipient",
      permanent = true, address_dead = false, expired = false,
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
