--- Two go-aheads for one DATA: the second one is taken for the answer to the dot.
-- check: allow expectation: what goes wrong is that there is one reply too many
return {
  source = "RFC 5321 4.2: one reply for each command",

  data = raw "354 Go ahead\r\n354 Go ahead, I said\r\n",

  expect = {
    -- The server has taken the message, the client cannot know: how often it comes is left to it.
    bounce = { reason = "protocol-error", address_dead = false },
    delivered = at_least(0),
  },
}
