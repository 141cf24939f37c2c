--- The server finds the sender's address badly written.
return {
  source = "RFC 5321 4.3.2 (MAIL: 553) and RFC 3463 3.2 (X.1.7)",

  mail = "553 5.1.7 Sender address syntax not recognized",

  expect = {
    bounce = {
      reason = "sender-rejected", stage = "mail", reply = "553", status = "5.1.7",
      permanent = true, address_dead = false, expired = false,
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
