--- All recipients are refused, and DATA gets its 354 all the same.
-- check: allow unreachable: the server forgets its refusal at once
return {
  source = "RFC 2920 3.1: a client that pipelined DATA has to send an empty message then, and nobody may get it",

  rcpt = raw("550 5.1.1 No such user\r\n", 250), -- the server forgets its refusal at once
  eom = "554 5.5.1 No valid recipients",

  expect = {
    bounce = {
      reason = "user-unknown", stage = "rcpt", reply = "550", status = "5.1.1", actor = "sender",
      permanent = true, address_dead = true, expired = false,
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
