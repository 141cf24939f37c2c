--- Connection requests get no answer at all: the SYN is lost, day after day.
return {
  source = "Postfix: connect to mx.example[192.0.2.25]:25: Connection timed out; RFC 5321 4.5.4.1",

  listen = blackhole,

  expect = {
    bounce = {
      reason = "connection-timeout", stage = "connect", actor = "recipient-postmaster",
      permanent = false, address_dead = false, expired = true,
    },
    delivered = 0,
    client = { attempts = at_least(2) },
  },
}
