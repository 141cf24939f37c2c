--- RFC 5321's own wording of 552.
return {
  source = "seed 004, htb-full-6; RFC 5321 4.2.3",

  eom = "552 Requested mail action aborted: exceeded storage allocation",

  expect = {
    bounce = {
      reason = "mailbox-full", stage = "eom", reply = "552", actor = "recipient",
      permanent = true, address_dead = false, expired = false,
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
