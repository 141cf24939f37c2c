--- The server demands TLS and cannot do it: 454 to STARTTLS, 530 to MAIL FROM.
return {
  source = "RFC 3207 4; what a server does whose certificate could not be read",

  starttls = "454 4.7.0 TLS not available due to temporary reason",
  mail = "530 5.7.0 Must issue a STARTTLS command first",

  -- For every sender the same, with TLS or without. It is the server's operator who has to act, but what the sender is
  -- told is only that TLS is needed.
  expect = {
    bounce = {
      reason = "tls-required", stage = "mail", reply = "530", status = "5.7.0",
      permanent = true, address_dead = false, expired = false,
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
