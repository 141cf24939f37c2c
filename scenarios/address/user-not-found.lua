--- The address comes first, the reason in brackets behind it.
return {
  source = "seed 004, htb-address-07",

  rcpt = function(s, to)
    return "550 " .. to.addr .. " (user not found)"
  end,

  expect = {
    bounce = {
      reason = "user-unknown", stage = "rcpt", reply = "550", actor = "sender",
      permanent = true, address_dead = true, expired = false,
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
