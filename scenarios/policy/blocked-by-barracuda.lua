--- Postfix with a blocklist: the list and a page about the listing are named.
return {
  source = "seed 004, htb-barracuda",

  rcpt = "554 5.7.1 Service unavailable; Client host [192.0.2.9] blocked using b.barracudacentral.org; https://www.barracudanetworks.com/reputation/?pr=1&ip=192.0.2.9",

  expect = {
    bounce = {
      reason = "blocklisted", stage = "rcpt", reply = "554", status = "5.7.1", actor = "sender-postmaster",
      permanent = true, address_dead = false, expired = false,
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
