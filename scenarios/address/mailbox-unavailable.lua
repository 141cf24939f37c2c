--- RFC 5321's own wording of 550, which does not say why the mailbox is unavailable.
return {
  source = "seed 004, htb-address-03; RFC 5321 4.2.3; seed 003, 123-unavailable",

  rcpt = "550 Requested action not taken: mailbox unavailable",

  expect = {
    bounce = {
      reason = "user-unknown", stage = "rcpt", reply = "550", actor = "sender",
      permanent = true, address_dead = true, expired = false,
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
