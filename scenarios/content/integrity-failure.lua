--- The message is not what its sender signed.
return {
  source = "RFC 3463 3.8 (X.7.7); RFC 6376 3.7: body hash did not verify",

  eom = "554 5.7.7 Message integrity failure: DKIM body hash did not verify",

  expect = {
    bounce = {
      reason = "auth-failure", stage = "eom", reply = "554", status = "5.7.7",
      permanent = true, address_dead = false, expired = false,
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
