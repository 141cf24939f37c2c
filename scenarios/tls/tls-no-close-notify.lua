--- The server closes without TLS's close_notify, as if the connection had been cut.
return {
  source = "RFC 8446 6.1: a truncation can be told from an end; for SMTP, QUIT and 221 already tell it",

  tls = { close_notify = false },

  expect = {
    bounce = none,
    delivered = 1,
    client = { attempts = 1, quit = true },
  },
}
