--- Somebody in between puts a reply in clear behind the 220, before TLS begins.
return {
  source = "NO STARTTLS, USENIX Security 2021 (response injection); CVE-2011-0411 is the same from the other side",

  tls = { inject = "550 5.1.1 No such user: this reply was never said by the server\r\n" },

  -- A client that keeps the line takes it for the answer to its EHLO under TLS, and would bounce good mail.
  expect = {
    bounce = none,
    delivered = 1,
  },
}
