--- A server whose greylisting has lost its memory: everybody is new, every time.
return {
  source = "RFC 6647 5: the database is a thing that can break",

  rcpt = function(s, to)
    return "450 4.2.0 <" .. to.addr .. ">: Recipient address rejected: Greylisted, "
      .. "see http://postgrey.schweikert.ch/help/" .. to.domain .. ".html"
  end,

  expect = {
    bounce = {
      reason = "greylisted", stage = "rcpt", reply = "450", status = "4.2.0",
      permanent = false, address_dead = false, expired = true,
    },
    delivered = 0,
    client = { attempts = at_least(2) },
  },
}
