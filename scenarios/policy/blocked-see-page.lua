--- "Blocked", and a page where the address is looked up: no list has a name here.
return {
  source = "Proofpoint dynamic reputation: 554 5.7.0 Blocked - see the lookup page",

  mail = "554 5.7.0 Blocked - see https://ipcheck.proofpoint.com/?ip=192.0.2.9",

  expect = {
    bounce = {
      reason = "blocklisted", stage = "mail", reply = "554", status = "5.7.0", actor = "sender-postmaster",
      permanent = true, address_dead = false, expired = false,
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
