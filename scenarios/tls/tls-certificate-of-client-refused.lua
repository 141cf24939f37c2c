--- The server does not like the client's certificate, and says so at MAIL: 4.7.5.
return {
  source = "Exchange: 454 4.7.5 Certificate validation failure; RFC 3463 3.8 (X.7.5)",

  mail = "454 4.7.5 Certificate validation failure, Reason:UntrustedRoot",

  expect = {
    bounce = {
      reason = "tls-failed", stage = "mail", reply = "454", status = "4.7.5",
      permanent = false, address_dead = false, expired = true,
    },
    delivered = 0,
    client = { attempts = at_least(2) },
  },
}
