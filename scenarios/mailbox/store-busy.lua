--- Too much comes in for one mailbox at a time: 432, which elsewhere is about passwords.
return {
  source = "Microsoft, error codes in Exchange Online: 432 4.3.2 STOREDRV.Deliver; recipient thread limit exceeded",

  eom = "432 4.3.2 STOREDRV.Deliver; recipient thread limit exceeded",

  expect = {
    bounce = {
      reason = "rate-limited", stage = "eom", reply = "432", status = "4.3.2",
      permanent = false, address_dead = false, expired = true,
    },
    delivered = 0,
    client = { attempts = at_least(2) },
  },
}
