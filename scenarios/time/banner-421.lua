--- The server greets with 421 and closes, until the sender's queue gives up.
return {
  source = "RFC 5321 4.2.3 and 3.8: service not available, closing transmission channel",

  connect = function(s)
    return "421 4.3.2 " .. s.host .. " Service not available, closing transmission channel"
  end,

  expect = {
    bounce = {
      reason = "system-error", stage = "connect", reply = "421", status = "4.3.2", actor = "recipient-postmaster",
      permanent = false, address_dead = false, expired = true,
    },
    delivered = 0,
    client = { attempts = at_least(2) },
  },
}
