--- A gateway's administrator has blocked the sender; the reply speaks of nothing but that.
return {
  source = "Mimecast, SMTP error codes: 550 Administrative prohibition - envelope blocked",

  rcpt = "550 Administrative prohibition - envelope blocked - https://community.mimecast.com/docs/DOC-1369#550",

  expect = {
    bounce = {
      reason = "blocklisted", stage = "rcpt", reply = "550",
      permanent = true, address_dead = false, expired = false,
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
