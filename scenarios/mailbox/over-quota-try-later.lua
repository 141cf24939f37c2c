--- 552 is permanent, and yet the text asks to try again later.
return {
  source = "seed 004, htb-full-3",

  rcpt = "552 User is over the quota. You can try again later.",

  expect = {
    bounce = {
      reason = "mailbox-full", stage = "rcpt", reply = "552", actor = "recipient",
      permanent = true, address_dead = false, expired = false,
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
