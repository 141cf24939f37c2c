--- The message has passed too many servers: a loop, found by the code that is made for it.
return {
  source = "RFC 5321 6.3 and RFC 3463 3.5 (X.4.6); Exchange: Hop count exceeded - possible mail loop",

  eom = "554 5.4.6 Hop count exceeded - possible mail loop",

  expect = {
    bounce = {
      reason = "mail-loop", stage = "eom", reply = "554", status = "5.4.6",
      permanent = true, address_dead = false, expired = false,
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
