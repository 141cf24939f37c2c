--- The message would have to be converted, and the sender has forbidden that.
return {
  source = "RFC 3463 3.7 (X.6.2)",

  eom = "554 5.6.2 Conversion required and prohibited",

  expect = {
    bounce = {
      reason = "content", stage = "eom", reply = "554", status = "5.6.2", actor = "sender",
      permanent = true, address_dead = false, expired = false,
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
