--- A quota of the recipient, in the words of a file system.
return {
  source = "seed 004, htb-full-2; seed 003, 123-full-2",

  eom = "552 Disk quota exceeded",

  expect = {
    bounce = {
      reason = "mailbox-full", stage = "eom", reply = "552", actor = "recipient",
      permanent = true, address_dead = false, expired = false,
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
