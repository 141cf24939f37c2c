--- The server takes the whole message before it says that there is no such account.
return {
  source = "seed 004, htb-address-11",

  eom = "554 delivery error: This user doesn't have a example.com account",

  expect = {
    bounce = {
      reason = "user-unknown", stage = "eom", reply = "554", actor = "sender",
      permanent = true, address_dead = true, expired = false,
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
