--- Every reply has a code that belongs elsewhere, of the right class: 214, 211, 252, 253.
return {
  source = "RFC 5321 4.2: of a code that it does not expect the client goes by the first digit; seed codes 211, 214, 252 and 253",

  ehlo = { "214 Commands: EHLO HELO MAIL RCPT DATA QUIT", "214 See RFC 5321" },
  mail = "211 System status: all is well",
  rcpt = "252 Cannot verify the user, will take the message and try",
  eom = "253 1 message pending",

  expect = { bounce = none, delivered = 1 },
}
