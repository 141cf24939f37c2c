--- The enhanced code says that the system takes no mail; the text, that it takes none from this address.
return {
  source = "Cloudmark Sender Intelligence, as Spectrum's servers quote it: 5.3.2 system not accepting network messages",

  connect = "554 5.3.2 system not accepting network messages: 192.0.2.9 is listed on Cloudmark CSI-Global. "
    .. "Please visit https://csi.cloudmark.com/en/reset/",

  expect = {
    bounce = {
      reason = "blocklisted", stage = "connect", reply = "554", actor = "sender-postmaster",
      permanent = true, address_dead = false, expired = false,
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
