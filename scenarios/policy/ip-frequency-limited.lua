--- The limit is one of rate, and the code says never: 550.
return {
  source = "QQ Mail's answers: 550 Ip frequency limited; so many for each minute, hour and day",

  mail = "550 Ip frequency limited [a1b2 IP: 192.0.2.9]. https://service.mail.qq.com/detail/124/63",

  expect = {
    bounce = {
      reason = "rate-limited", stage = "mail", reply = "550", actor = "sender-postmaster",
      permanent = true, address_dead = false, expired = false,
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
