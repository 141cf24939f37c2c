--- The cloud wants its own customers to log in, and a stranger gets as far as MAIL.
return {
  source = "Microsoft, error codes in Exchange Online: 530 5.7.57 Client not authenticated to send mail",

  mail = "530 5.7.57 Client not authenticated to send mail. [mx.test]",

  expect = {
    bounce = {
      reason = "login-required", stage = "mail", reply = "530", status = "5.7.57",
      permanent = true, address_dead = false, expired = false,
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
