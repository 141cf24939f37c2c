--- The recipient is not a valid mailbox.
return {
  source = "seed 004, htb-address-04",

  rcpt = function(s, to)
    return "550 5.1.1 " .. to.addr .. " is not a valid mailbox"
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
