--- Postfix asks Spamhaus about the client, and passes on what it is told.
local blocklist = require "blocklist"

return {
  source = "Postfix, reject_rbl_client; Spamhaus, DNSBL usage; RFC 5782 2.1",

  rcpt = blocklist {
    list = "zen.spamhaus.org", ip = "192.0.2.9", url = "https://www.spamhaus.org/query/ip/%s",
  },

  expect = {
    bounce = {
      reason = "blocklisted", stage = "rcpt", reply = "554", status = "5.7.1", actor = "sender-postmaster",
      permanent = true, address_dead = false, expired = false,
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
