--- The server keeps the message and says that it does not: a bounce for mail that has arrived.
return {
  source = "RFC 5321 4.1.1.4: with 5yz the server does not deliver; some filters quarantine, and refuse as well",

  eom = function(s)
    s:keep()
    return "554 5.3.0 Transaction failed"
  end,

  expect = {
    bounce = {
      reason = "system-error", stage = "eom", reply = "554", status = "5.3.0",
      permanent = true, address_dead = false, expired = false,
    },
    delivered = 1,
    client = { attempts = 1 },
  },
}
