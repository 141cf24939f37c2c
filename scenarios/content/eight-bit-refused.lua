--- The next hop takes seven bits only, and this server does not convert.
return {
  source = "RFC 6152 3 and RFC 3463 3.7 (X.6.3)",

  extensions = { ["8bitmime"] = false },
  eom = "554 5.6.3 Conversion required but not supported: the next hop has no 8BITMIME",

  expect = {
    bounce = {
      reason = "content", stage = "eom", reply = "554", status = "5.6.3", actor = "sender",
      permanent = true, address_dead = false, expired = false,
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
