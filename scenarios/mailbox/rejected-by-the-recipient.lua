--- The recipient has set up a rule of his own that rejects the sender.
return {
  source = "QQ Mail's answers: 550 Mail is rejected by recipients",

  rcpt = "550 Mail is rejected by recipients",

  expect = {
    bounce = {
      reason = "recipient-refused", stage = "rcpt", reply = "550",
      permanent = true, address_dead = false, expired = false,
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
