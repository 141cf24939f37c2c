--- The first MX is down; the second takes the message and then refuses its content for good.
return {
  source = "RFC 5321 5.1 and 4.2.1: 5yz from any MX is final",

  mx = {
    { preference = 10, host = "mx1", listen = refuse },
    { preference = 20, host = "mx2", eom = "554 5.7.1 Message rejected as spam" },
  },

  expect = {
    bounce = {
      reason = "spam-content", stage = "eom", reply = "554", status = "5.7.1",
      permanent = true, address_dead = false, expired = false,
    },
    delivered = 0,
    client = { attempts = 2, order = { "mx1", "mx2" } },
  },
}
