--- The server takes RCPT TO and never answers.
return {
  source = "seed 000, leo-rcpt-timeout: conversation timed out while sending RCPT TO",

  rcpt = function(s, to)
    s:stall()
  end,

  expect = {
    bounce = {
      reason = "timeout", stage = "rcpt", actor = "sender",
      permanent = false, expired = true, address_dead = false,
    },
    delivered = 0,
    client = { attempts = at_least(2), waits = { rcpt = minutes(5) }, lifetime = at_least(days(4)) },
  },
}
