--- qmail's way to say that the recipient does not exist: the enhanced code stands at the end, in brackets.
return {
  source = "seed 004, htb-address-02",

  rcpt = "550 Sorry, no mailbox here by that name. (#5.1.1)",

  expect = {
    bounce = {
      reason = "user-unknown", stage = "rcpt", reply = "550", actor = "sender",
      permanent = true, address_dead = true, expired = false,
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
