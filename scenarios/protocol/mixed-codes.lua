--- One reply, two codes: the first line accepts the recipient, the last one refuses it.
return {
  source = "RFC 5321 4.2.1: every line has the same code; Dovecot's \"bad reply\"",

  rcpt = raw("250-2.1.5 Recipient ok\r\n550 5.1.1 No such user here\r\n", 550), -- 550 is what the server goes by

  expect = {
    -- Which line counts is nowhere said, nor whether a server that talks so deserves another try. Whoever believes
    -- the first line hears 554 at DATA and can only report that: so what the bounce says is not judged.
    delivered = 0,
  },
}
