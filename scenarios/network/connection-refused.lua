--- Nobody listens on port 25, day after day.
return {
  source = "seed 001, sf-refused-expired: Connection refused, until the message was too old",

  listen = refuse,

  expect = {
    bounce = {
      reason = "connection-refused", stage = "connect", actor = "recipient-postmaster",
      permanent = false, address_dead = false, expired = true,
    },
    delivered = 0,
    client = { attempts = at_least(2), lifetime = at_least(days(4)) },
  },
}
