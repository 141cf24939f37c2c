--- The same four lines for another reason: the name of the sending host in the DNS.
return {
  source = "GMX postmaster, error messages: Bad DNS PTR resource record; RFC 1912 2.1",

  connect = {
    "554 mx.test (mxgmx104) Nemesis ESMTP Service not available",
    "554 No SMTP service",
    "554 Bad DNS PTR resource record.",
    "554 For explanation visit https://postmaster.gmx.net/en/case?c=rdns&i=ip&v=192.0.2.9&r=1MNcgj-1ue23t3pyV-00S2YR",
  },

  expect = {
    bounce = {
      reason = "reverse-dns-missing", stage = "connect", reply = "554", actor = "sender-postmaster",
      permanent = true, address_dead = false, expired = false,
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
