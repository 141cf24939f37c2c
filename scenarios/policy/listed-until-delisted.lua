--- The sending host is on a list when it first tries, and off it ten minutes later.
local blocklist = require "blocklist"

return {
  source = "RFC 6471 2.2.5: lists remove; Trend Micro ERS defers with 450 so that this helps",

  rcpt = blocklist { list = "dnsbl.test", style = "sendmail", later = true, lasting = minutes(2) },

  expect = { bounce = none, delivered = 1, client = { attempts = at_least(2) } },
}
