--- One reply, two codes: the first line accepts the recipient, the last one refuses it.
return {
  source = "RFC 5321 4.2.1: every line has the same code; Dovecot's \"bad reply\"",

  rcpt = raw("250-2.1.5 Recipient ok\r\n550 5.1.1 No such user here\r\n", 550), -- 550 is what the server goes by

  expect = {
    bounce = any_of("RFC 5321 4.2.1 does not say which line of such a reply counts",
      { reason = "user-unknown", stage = "rcpt", reply = "550", status = "5.1.1" }, -- the last line
      { reason = "protocol-error", stage = "data", reply = "554" }), -- the first: then DATA is refused
    delivered = 0,
  },
}
