--- Three words, no code but 550: many have reported mail like this.
return {
  source = "QQ Mail's answers: 550 Mail content denied",

  eom = "550 Mail content denied. https://service.mail.qq.com/detail/124/59",

  expect = {
    bounce = {
      reason = "spam-content", stage = "eom", reply = "550", actor = "sender",
      permanent = true, address_dead = false, expired = false,
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
