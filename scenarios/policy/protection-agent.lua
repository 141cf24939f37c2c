--- Exchange's protection agent quotes the list in a sentence of its own.
local blocklist = require "blocklist"

return {
  source = "Microsoft, Exchange Server, connection filtering: Client host blocked using",

  rcpt = blocklist { list = "Customer Block list", style = "exchange", ip = "192.0.2.9", url = "https://aka.test/%s" },

  expect = {
    bounce = {
      reason = "blocklisted", stage = "rcpt", reply = "550", status = "5.7.1", actor = "sender-postmaster",
      permanent = true, address_dead = false, expired = false,
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
