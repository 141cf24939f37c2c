--- EHLO announces STARTTLS; the command is not known: 502.
return {
  source = "RFC 5321 4.2.4: what is announced in EHLO has to be known; a proxy that copies the announcement does not",

  extensions = { starttls = "announced" },

  expect = {
    bounce = none,
    delivered = 1,
    client = { attempts = 1 },
  },
}
