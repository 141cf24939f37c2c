--- Every line of the server ends with a bare LF.
return {
  source = "RFC 5321 2.3.8: lines end with CRLF and nothing else; many clients take the LF all the same",

  connect = raw "220 mx.test ESMTP\n",
  ehlo = raw "250 mx.test\n",
  mail = raw "250 2.1.0 ok\n",
  rcpt = raw "250 2.1.5 ok\n",
  data = raw "354 go\n",
  eom = raw "250 2.0.0 taken\n",
  quit = raw "221 2.0.0 bye\n",

  expect = {
    -- A client that keeps to the letter waits for a CR that never comes.
    delivered = at_most(1),
    client = { duplicates = 0 },
  },
}
