--- The answer to EHLO is one line that does not end: a megabyte of it, then silence.
return {
  source = "RFC 5321 4.5.3.1.5; a client without a limit of its own fills its memory",

  ehlo = function(s)
    for _ = 1, 16 do
      s:send(("250-X"):rep(13000))
      s:sleep(seconds(1))
    end
    s:stall()
  end,

  expect = {
    bounce = any_of("too long, or too late: that is for the client to say, but it must not be held for ever",
      { reason = "protocol-error", stage = "ehlo", address_dead = false },
      { reason = "timeout", stage = "ehlo", address_dead = false }),
    delivered = 0,
  },
}
