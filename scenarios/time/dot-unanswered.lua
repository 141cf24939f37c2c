--- The whole message is taken, and no answer ever comes: was it kept?
return {
  source = "RFC 5321 4.5.3.2.6: the client waits ten minutes here, since giving up early makes duplicates",

  eom = function(s)
    s:stall()
  end,

  expect = {
    bounce = {
      reason = "timeout", stage = "eom", actor = "recipient-postmaster",
      permanent = false, address_dead = false, expired = true,
    },
    delivered = 0,
    client = { attempts = at_least(2), waits = { eom = minutes(10) } },
  },
}
