--- The address is a home's: such hosts are to send through their provider.
return {
  source = "Spamhaus PBL; Comcast postmaster, ES000010: dynamic/residential IP space",

  connect = "554 5.7.1 192.0.2.9 is in a dynamic or residential range. Please send through your provider's mail server. "
    .. "See https://www.spamhaus.org/pbl/",

  expect = {
    -- A listing, or a policy about such ranges: the bounce does not tell more.
    bounce = {
      reason = "blocklisted", stage = "connect", reply = "554", status = "5.7.1",
      permanent = true, address_dead = false, expired = false,
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
