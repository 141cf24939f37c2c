--- The server expects a header of the PROXY protocol, from a load balancer; who connects directly is dropped unheard.
return {
  source = "HAProxy, the PROXY protocol, 2: a receiver must not go on without the header it was set up for",

  proxy = true,

  expect = {
    bounce = {
      reason = "connection-lost", stage = "connect", actor = "recipient-postmaster",
      permanent = false, address_dead = false, expired = true,
    },
    delivered = 0,
    client = { attempts = at_least(2) },
  },
}
