--- "Access denied" is how Microsoft 365 says that nobody has this address.
return {
  source = "Microsoft: directory-based edge blocking answers 550 5.4.1 for recipients that are not in the directory",

  rcpt = "550 5.4.1 Recipient address rejected: Access denied. AS(201806281) [mx.test 2026-11-28T10:00:00.000Z]",

  expect = {
    bounce = {
      reason = "user-unknown", stage = "rcpt", reply = "550", status = "5.4.1", actor = "sender",
      permanent = true, address_dead = true, expired = false,
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
