--- The connection is accepted and reset at once, as a firewall with second thoughts does it.
return {
  source = "read: Connection reset by peer, before any greeting",

  listen = reset,

  expect = {
    bounce = {
      reason = "connection-lost", stage = "connect", actor = "recipient-postmaster",
      permanent = false, address_dead = false, expired = true,
    },
    delivered = 0,
    client = { attempts = at_least(2) },
  },
}
