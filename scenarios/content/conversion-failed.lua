--- The server tried to convert the message and failed; perhaps it can tomorrow.
return {
  source = "RFC 3463 3.7 (X.6.5)",

  eom = "451 4.6.5 Conversion failed",

  expect = {
    bounce = {
      reason = "content", stage = "eom", reply = "451", status = "4.6.5",
      permanent = false, address_dead = false, expired = true,
    },
    delivered = 0,
    client = { attempts = at_least(2) },
  },
}
