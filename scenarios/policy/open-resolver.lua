--- The server asks Spamhaus through a public resolver, is told "Error: open resolver", and takes it for a listing.
local blocklist = require "blocklist"

return {
  source = "Spamhaus, DNSBL usage: 127.255.255.254 is an error, not a listing; RFC 5782 2.1",

  rcpt = blocklist {
    list = "zen.spamhaus.org", ip = "192.0.2.9",
    url = "Error: open resolver; https://check.spamhaus.org/returnc/pub/%s/",
  },

  expect = {
    -- Every sender is refused alike, and only the recipient's postmaster can mend it; what is said is a listing.
    bounce = {
      reason = "blocklisted", stage = "rcpt", reply = "554", status = "5.7.1",
      permanent = true, address_dead = false, expired = false,
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
