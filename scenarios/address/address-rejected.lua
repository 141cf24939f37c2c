--- The enhanced code stands behind a hash.
return {
  source = "seed 004, htb-address-12",

  rcpt = function(s, to)
    return "550 #5.1.0 Address rejected " .. to.addr
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
