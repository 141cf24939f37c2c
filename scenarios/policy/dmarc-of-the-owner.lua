--- The domain's owner has published that mail like this is to be rejected.
return {
  source = "Mail.ru's answer to mail that fails DMARC; RFC 7489 10.3",

  eom = "550 5.7.1 This message was not accepted due to domain owner DMARC policy (RFC 7489)",

  expect = {
    bounce = {
      reason = "auth-failure", stage = "eom", reply = "550", status = "5.7.1", actor = "sender-postmaster",
      permanent = true, address_dead = false, expired = false,
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
