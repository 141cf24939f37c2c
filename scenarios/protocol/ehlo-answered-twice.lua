--- EHLO is answered twice: MAIL seems to be accepted before it is said.
-- check: allow expectation: what goes wrong is that there is one reply too many
return {
  source = "RFC 5321 4.2: one reply for each command",

  ehlo = function(s)
    s:reply("250 " .. s.host)
  end,

  expect = {
    -- A client that notices may come again or give up; one that does not hears 250 where DATA's 354 should be.
    bounce = { reason = "protocol-error", address_dead = false },
    delivered = 0,
  },
}
