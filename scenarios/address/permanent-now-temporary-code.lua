--- 550 with 4.1.1: never, says the reply code; not now, says the enhanced one.
-- check: allow contradiction: that is what this is about
return {
  source = "RFC 3463 2 and RFC 5321 4.2.1: the client acts on the reply code",

  rcpt = "550 4.1.1 No such user here",

  expect = {
    bounce = {
      reason = "user-unknown", stage = "rcpt", reply = "550", actor = "sender",
      permanent = true, address_dead = true, expired = false,
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
