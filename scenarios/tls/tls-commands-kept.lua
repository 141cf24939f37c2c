--- What the client said in clear behind STARTTLS counts as said under TLS: a hole of the server's.
return {
  source = "CVE-2011-0411; RFC 3207 4.2 has it discarded",

  tls = { discard = false },

  expect = { bounce = none, delivered = 1, client = { attempts = 1 } },
}
