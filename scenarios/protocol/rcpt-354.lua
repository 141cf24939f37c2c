--- One of two recipients is answered with 354; the other is accepted.
-- check: allow expectation: the reply is well-formed, and wrong where it stands
return {
  source = "RFC 5321 4.3.2: RCPT is answered with 250 or 251, or 4yz or 5yz",

  send = { to = { "user", "odd" } },
  rcpt = function(s, to)
    if to.user == "odd" then return "354 Start mail input" end
  end,

  expect = {
    -- What becomes of the second is left to the client, as long as it does not send him the message as accepted.
    bounce = { ["user@"] = none, ["odd@"] = { reason = "protocol-error", address_dead = false } },
    delivered = 1,
    client = { duplicates = 0 },
  },
}
