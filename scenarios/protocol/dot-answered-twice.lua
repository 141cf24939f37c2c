--- The message is accepted, and in the same breath refused: the first answer is the one.
return {
  source = "RFC 5321 4.2 and 4.1.1.4: one reply for each command; with 250 the server has taken the message",

  eom = raw "250 2.0.0 Accepted\r\n554 5.7.1 No, after all\r\n",

  expect = { bounce = none, delivered = 1, client = { attempts = 1 } },
}
