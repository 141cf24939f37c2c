--- The recipient was accepted, and DATA is refused all the same: 503, no recipient.
return {
  source = "RFC 5321 3.3 and 4.3.2: 503 where the server has lost track of the transaction",

  data = "503 5.5.1 RCPT first",

  expect = {
    bounce = { reason = "protocol-error", stage = "data", reply = "503", permanent = true, expired = false, address_dead = false },
    delivered = 0,
    client = { attempts = 1 },
  },
}
