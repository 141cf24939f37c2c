--- The reply to EHLO begins, and its second line never ends.
return {
  source = "RFC 5321 4.5.3.2: the client waits five minutes for a reply, and half a reply is none",

  ehlo = function(s)
    s:send("250-" .. s.host .. "\r\n250-PIPEL")
    s:stall()
  end,

  expect = {
    bounce = {
      reason = "timeout", stage = "ehlo", actor = "recipient-postmaster",
      permanent = false, address_dead = false, expired = true,
    },
    delivered = 0,
    client = { attempts = at_least(2), waits = { ehlo = minutes(5) } },
  },
}
