--- A virus scanner refuses the message.
return {
  source = "Sendmail milters and Exim's malware condition; RFC 3463 3.8 (X.7.1)",

  eom = "550 5.7.1 Virus detected by ClamAV: Eicar-Test-Signature",

  expect = {
    bounce = {
      reason = "virus", stage = "eom", reply = "550", status = "5.7.1",
      permanent = true, address_dead = false, expired = false,
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
