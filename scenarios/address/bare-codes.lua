--- No text at all: the codes alone must do.
return {
  source = "seed 002, hti-bare-550-5.1.1",

  rcpt = "550 5.1.1",

  expect = {
    bounce = {
      reason = "user-unknown", stage = "rcpt", reply = "550", status = "5.1.1", actor = "sender",
      permanent = true, address_dead = true, expired = false,
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
