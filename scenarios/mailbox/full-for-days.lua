--- The mailbox stays full until the sender's queue gives up: 452, again and again.
return {
  source = "RFC 3463 3.3 (4.2.2); seed 002, hti-mailbox-full-retry; seed 004, htb-delayed",

  rcpt = "452 4.2.2 The mailbox is full, try again later",

  expect = {
    bounce = {
      reason = "mailbox-full", stage = "rcpt", reply = "452", status = "4.2.2", actor = "recipient",
      permanent = false, address_dead = false, expired = true,
    },
    delivered = 0,
    client = { attempts = at_least(2) },
  },
}
