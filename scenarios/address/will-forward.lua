--- The user has moved, and the server forwards the mail: 251 is a yes.
return {
  source = "RFC 5321 3.4 and 4.2.3: 251 User not local; will forward",

  rcpt = "251 2.1.5 User not local; will forward to <new@elsewhere.test>",

  expect = { bounce = none, delivered = 1, client = { attempts = 1 } },
}
