--- The server greets, and answers EHLO with 451: come later.
return {
  source = "RFC 5321 4.2.1; servers that look up the client's name and get no answer say 451 here",

  ehlo = "451 4.3.0 Temporary lookup failure",

  expect = {
    -- Not judged: the stage. "Refused to talk to me", as Postfix reports it, is said of the greeting as well.
    bounce = { reason = "system-error", reply = "451", permanent = false, address_dead = false, expired = true },
    delivered = 0,
    client = { attempts = at_least(2) },
  },
}
