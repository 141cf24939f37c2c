--- Two greetings: the second one is taken for the answer to EHLO, and so on.
-- check: allow expectation: what goes wrong is that there is one reply too many
return {
  source = "RFC 5321 4.2: one reply for each command, and one greeting; Dovecot's \"unexpected reply\"",

  connect = raw "220 mx.test ESMTP\r\n220 mx.test ESMTP once more\r\n",

  expect = {
    -- A client that notices may come again or give up; one that does not hears 250 where DATA's 354 should be.
    bounce = { reason = "protocol-error", address_dead = false },
    delivered = 0,
  },
}
