--- A content filter refuses the message after it has read it.
return {
  source = "seed 003, 123-content",

  eom = "554 5.7.1 Message looks too much like spam and has been blocked by the content filter",

  expect = {
    bounce = {
      reason = "spam-content", stage = "eom", reply = "554", status = "5.7.1", actor = "sender",
      permanent = true, address_dead = false, expired = false,
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
