--- The recipient does not exist, and the server says so without an enhanced code.
return {
  source = "seed 004, htb-address-01; seed 003, 123-address-3",

  rcpt = function(s, to)
    return "550 " .. to.addr .. " User unknown"
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
