--- One connection of each client at a time; a second one hears 421.
local rate = require "rate"
local one = rate.at_once { limit = 1, reply = "421 4.7.0 Too many sessions opened" }

return {
  source = "Comcast postmaster: 421 Too many sessions opened; Postfix, smtpd_client_connection_count_limit",

  connect = one.connect,
  close = one.close,

  expect = { bounce = none, delivered = 1, client = { attempts = 1 } },
}
