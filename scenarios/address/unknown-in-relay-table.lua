--- Postfix as a gateway: the recipient is in none of the tables of the domains it relays for.
return {
  source = "seed 004, htb-address-10",

  rcpt = function(s, to)
    return "550 5.1.1 " .. to.addr .. ": Recipient address rejected: User unknown in relay recipient table"
  end,

  expect = {
    bounce = {
      reason = "user-unknown", stage = "rcpt", reply = "550", status = "5.1.1", actor = "sender",
      permanent = true, address_dead = true, expired = false,
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
