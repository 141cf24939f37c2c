--- The server says that the recipient's name is one for SMTPUTF8 only.
return {
  source = "RFC 6531 3.6: 550 5.6.7 or 553 5.6.7",

  rcpt = "553 5.6.7 The recipient is reached by SMTPUTF8 only",

  expect = {
    bounce = { reason = "protocol-error", stage = "rcpt", reply = "553", status = "5.6.7", permanent = true },
    delivered = 0,
    client = { attempts = 1 },
  },
}
