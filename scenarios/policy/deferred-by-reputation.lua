--- A reputation service defers, day after day, until the queue gives up: the cause is the listing, not the delay.
return {
  source = "seed 004, htb-trendmicro",

  connect = "450 4.7.1 Mail from 192.0.2.9 deferred using Trend Micro Email Reputation database. Please see https://www.mail-abuse.com/cgi-bin/lookup?192.0.2.9",

  expect = {
    bounce = {
      reason = "blocklisted", stage = "connect", reply = "450", status = "4.7.1", actor = "sender-postmaster",
      permanent = false, address_dead = false, expired = true,
    },
    delivered = 0,
    client = { attempts = at_least(2) },
  },
}
