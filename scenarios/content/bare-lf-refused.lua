--- A line of the message ended with a bare LF, as smuggled messages have it.
return {
  source = "Postfix, smtpd_forbid_bare_newline: 521 5.5.2; RFC 5321 2.3.8",

  eom = "521 5.5.2 mx.test Error: bare <LF> received",

  expect = {
    bounce = {
      reason = "not-rfc-compliant", stage = "eom", reply = "521", status = "5.5.2",
      permanent = true, address_dead = false, expired = false,
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
