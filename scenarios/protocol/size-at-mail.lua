--- The server takes no more than 100 octets and says so: SIZE 100 in reply to EHLO, 552 to a larger MAIL.
return {
  source = "RFC 1870 6.1: the client may see at EHLO that there is no point, or hear 552 at MAIL",

  extensions = { size = 100 },

  expect = {
    -- The stage is left open: a sender that believes SIZE never says MAIL.
    bounce = { reason = "message-too-large", permanent = true, address_dead = false, expired = false },
    delivered = 0,
    client = { attempts = 1 },
  },
}
