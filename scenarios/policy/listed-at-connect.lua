--- The provider closes its door before the first command: 553 as a greeting, with the list's name in it.
return {
  source = "Yahoo, SMTP error codes: 553 5.7.1 [BL21] Connections will not be accepted from",

  connect = "553 5.7.1 [BL21] Connections will not be accepted from 192.0.2.9, because the ip is in Spamhaus's list; "
    .. "see https://postmaster.yahooinc.com/error-codes",

  expect = {
    bounce = {
      reason = "blocklisted", stage = "connect", reply = "553", status = "5.7.1", actor = "sender-postmaster",
      permanent = true, address_dead = false, expired = false,
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
