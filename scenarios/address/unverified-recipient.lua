--- The server asks the server behind it, which cannot be reached: 450, for days.
return {
  source = "Postfix, ADDRESS_VERIFICATION_README: unverified address, and why it could not be verified",

  rcpt = function(s, to)
    return "450 4.1.1 <" .. to.addr .. ">: Recipient address rejected: unverified address: "
      .. "connect to inside.test[192.0.2.25]:25: Connection timed out"
  end,

  expect = {
    bounce = {
      reason = "connection-timeout", stage = "rcpt", reply = "450", status = "4.1.1",
      permanent = false, address_dead = false, expired = true,
    },
    delivered = 0,
    client = { attempts = at_least(2) },
  },
}
