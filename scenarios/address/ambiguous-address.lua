--- Two mailboxes fit the address, and the server will not choose.
return {
  source = "RFC 5321 3.5.1 and 4.2.3 (553); RFC 3463 3.2 (X.1.4)",

  rcpt = "553 5.1.4 User ambiguous: possibilities are <m.smith@us.test> and <mary.smith@us.test>",

  expect = {
    bounce = {
      reason = "user-unknown", stage = "rcpt", reply = "553", status = "5.1.4", actor = "sender",
      permanent = true, expired = false,
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
