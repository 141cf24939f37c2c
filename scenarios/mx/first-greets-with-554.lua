--- The first MX greets with 554: no SMTP service here. The second takes the mail.
return {
  -- Not judged: whether the mail arrives. RFC 5321 3.1 ends the session; whether the next MX is asked is left open, and
  -- some clients bounce.
  source = "RFC 5321 3.1: the server rejects the transaction, and the client can but QUIT",

  mx = {
    { preference = 10, host = "mx1", connect = "554 5.3.2 No SMTP service here" },
    { preference = 20, host = "mx2" },
  },

  expect = { delivered = at_most(1), client = { duplicates = 0 } },
}
