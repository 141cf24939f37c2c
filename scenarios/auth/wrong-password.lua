--- AUTH is offered, and no password is right: 535. For clients that log in; whoever does not is served.
return {
  source = "RFC 4954 6: 535 5.7.8; Dovecot's AUTH cases",

  users = {}, -- nobody

  expect = { -- of a sender that does not log in: AUTH is an offer
    bounce = none,
    delivered = 1,
    client = { attempts = 1 },
  },
}
