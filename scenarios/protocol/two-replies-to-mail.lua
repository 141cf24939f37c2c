--- MAIL is answered twice: from then on every reply is read as that to the command before.
return {
  source = "Dovecot's \"unexpected reply\"; RFC 5321 2.1 and 4.2: one reply for each command",

  mail = function(s)
    s:reply "250 2.1.0 Sender ok" -- and once more, by the server that behaves
  end,
  rcpt = "550 5.1.1 No such user",

  expect = {
    -- The client believes that RCPT was accepted, and hears 550 at DATA; or it sees that it was told too much and
    -- tries again later. Both are open.
    bounce = { reason = "user-unknown" },
    delivered = 0,
  },
}
