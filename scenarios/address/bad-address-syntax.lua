--- The server finds the address badly written: 501, and not that nobody has it.
return {
  source = "Postfix: 501 5.1.3 Bad recipient address syntax; RFC 3463 3.2 (X.1.3)",

  rcpt = "501 5.1.3 Bad recipient address syntax",

  expect = {
    bounce = {
      reason = "address-syntax", stage = "rcpt", reply = "501", status = "5.1.3", actor = "sender",
      permanent = true, expired = false,
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
