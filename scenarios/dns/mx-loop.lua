--- The domain's best MX is the sender itself, which knows nothing of that domain.
return {
  source = "seed 002, hti-best-preference-mx; RFC 5321 5.1: hosts that are no nearer than oneself are not tried",

  dns = { records = { "@ 60 IN MX 10 $sender." } },

  expect = {
    bounce = { reason = "mail-loop", permanent = true, expired = false },
    delivered = 0,
    client = { attempts = 0 },
  },
}
