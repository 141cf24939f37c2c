--- No MX can be connected to, day after day.
return {
  source = "seed 002, hti-no-connection-queue: wasn't able to establish an SMTP connection (#4.4.1), in the queue too long; htb-no-connection",

  mx = {
    { preference = 10, host = "mx1", listen = refuse },
    { preference = 20, host = "mx2", listen = refuse },
  },

  expect = {
    bounce = {
      reason = "connection-refused", stage = "connect", actor = "recipient-postmaster",
      permanent = false, address_dead = false, expired = true,
    },
    delivered = 0,
    client = any_of("RFC 5321 4.5.4.1: thirty minutes between attempts in general; other strategies have their uses",
      { attempts = at_least(4), order = { "mx1", "mx2" }, gaps = at_least(minutes(30)), lifetime = at_least(days(4)) },
      { attempts = at_least(4), order = { "mx1", "mx2" }, gaps = at_least(minutes(5)), lifetime = at_least(days(4)) }),
  },
}
