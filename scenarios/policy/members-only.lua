--- The address is a mailing list that only its members may write to.
return {
  source = "RFC 3463 3.8 (X.7.2)",

  rcpt = "550 5.7.2 Posting to this list is for its members: expansion prohibited",

  expect = {
    bounce = {
      reason = "recipient-refused", stage = "rcpt", reply = "550", status = "5.7.2",
      permanent = true, address_dead = false, expired = false,
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
