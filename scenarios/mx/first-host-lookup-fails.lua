--- The addresses of the first MX cannot be looked up: SERVFAIL. The second takes the mail.
return {
  source = "RFC 5321 5.1: what fails with one host says nothing of the others",

  mx = {
    { preference = 10, host = "mx1" },
    { preference = 20, host = "mx2" },
  },
  dns = { at = { mx1 = servfail } },

  expect = { bounce = none, delivered = 1 },
}
