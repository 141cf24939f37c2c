--- rblsmtpd greets those who are listed with the list's TXT record, and nothing else.
local blocklist = require "blocklist"

return {
  source = "rblsmtpd: 553 and the text of the list; with -r 451",

  connect = blocklist {
    list = "bl.spamcop.net", style = "qmail", ip = "192.0.2.9", url = "Blocked - see https://www.spamcop.net/bl.shtml?%s",
  },

  expect = {
    bounce = {
      reason = "blocklisted", stage = "connect", reply = "553", actor = "sender-postmaster",
      permanent = true, address_dead = false, expired = false,
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
