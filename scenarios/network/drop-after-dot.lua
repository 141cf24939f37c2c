--- The server takes the whole message and hangs up instead of answering the final dot.
return {
  source = "RFC 5321 4.2.5 and RFC 1047: the client cannot know whether the message was taken",

  eom = function(s)
    s:drop()
  end,

  expect = {
    bounce = {
      reason = "connection-lost", stage = "eom", actor = "recipient-postmaster",
      permanent = false, address_dead = false, expired = true,
    },
    delivered = 0,
    client = { attempts = at_least(2) },
  },
}
