--- Four lines instead of a greeting; the third says why, the fourth where to ask.
return {
  source = "GMX postmaster, error messages: IP address is block listed; no enhanced codes",

  connect = {
    "554 mx.test (mxgmx104) Nemesis ESMTP Service not available",
    "554 No SMTP service",
    "554 IP address is block listed.",
    "554 For explanation visit https://postmaster.gmx.net/en/case?c=r0201&i=ip&v=192.0.2.9&r=1MNcgj-1ue23t3pyV-00S2YR",
  },

  expect = {
    bounce = {
      reason = "blocklisted", stage = "connect", reply = "554", actor = "sender-postmaster",
      permanent = true, address_dead = false, expired = false,
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
