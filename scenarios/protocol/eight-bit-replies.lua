--- The server's language is not ASCII: umlauts in every reply.
return {
  source = "RFC 5321 4.2: textstring is ASCII; RFC 6531 3.7.4.2 allows UTF-8 only to clients that asked for it",

  connect = "220 mx.test Grüß Gott",
  ehlo = "250 Schön, daß Sie da sind",
  mail = "250 2.1.0 Absender gehört",
  rcpt = "250 2.1.5 Empfänger gehört",
  data = "354 Nachricht läuft",
  eom = "250 2.0.0 Übernommen",
  rset = "250 2.0.0 Zurückgesetzt",
  quit = "221 2.0.0 Auf Wiederhören in Kürze",

  expect = { bounce = none, delivered = 1, client = { attempts = 1 } },
}
