--- Deferred for volume or complaints: one of the two, and which is not said.
return {
  source = "Yahoo, SMTP error codes: 421 4.7.0 [TSS04] temporarily deferred due to unexpected volume or user complaints",

  mail = "421 4.7.0 [TSS04] Messages from 192.0.2.9 temporarily deferred due to unexpected volume or user complaints "
    .. "- 4.16.55.1; see https://postmaster.yahooinc.com/error-codes",

  expect = {
    bounce = {
      reason = "bad-reputation", stage = "mail", reply = "421", status = "4.7.0",
      permanent = false, address_dead = false, expired = true,
    },
    delivered = 0,
    client = { attempts = at_least(2) },
  },
}
