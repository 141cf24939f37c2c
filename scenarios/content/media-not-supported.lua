--- A gateway to something that is no mail cannot carry this kind of content.
return {
  source = "RFC 3463 3.7 (X.6.1)",

  eom = "554 5.6.1 Media not supported: this gateway takes text/plain only",

  expect = {
    bounce = {
      reason = "content", stage = "eom", reply = "554", status = "5.6.1", actor = "sender",
      permanent = true, address_dead = false, expired = false,
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
