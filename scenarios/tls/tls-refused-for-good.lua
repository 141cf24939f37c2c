--- STARTTLS is announced and refused: 554, in two lines, and plain text is welcome.
return {
  source = "RFC 3207 4: the client decides whether to go on without",

  starttls = {
    "554 5.7.3 Unable to initialize the security subsystem,",
    "554 5.7.3 please go on without",
  },

  expect = { bounce = none, delivered = 1, client = { attempts = 1 } },
}
