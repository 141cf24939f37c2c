--- Too much for this recipient: later.
return {
  source = "Apple, iCloud Mail: 421 4.7.1 deferred due to excessive volume",

  rcpt = function(s, to)
    return "421 4.7.1 Messages to " .. to.addr .. " deferred due to excessive volume. Try again later"
  end,

  expect = {
    bounce = {
      reason = "rate-limited", stage = "rcpt", reply = "421", status = "4.7.1",
      permanent = false, address_dead = false, expired = true,
    },
    delivered = 0,
    client = { attempts = at_least(2) },
  },
}
