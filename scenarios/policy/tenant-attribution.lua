--- A connector is missing: the cloud does not know whose mail this is, and will not relay it.
return {
  source = "Microsoft, error codes in Exchange Online: 550 5.7.64 TenantAttribution; Relay Access Denied",

  rcpt = "550 5.7.64 TenantAttribution; Relay Access Denied [mx.test]",

  expect = {
    bounce = {
      reason = "relay-denied", stage = "rcpt", reply = "550", status = "5.7.64",
      permanent = true, address_dead = false, expired = false,
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
