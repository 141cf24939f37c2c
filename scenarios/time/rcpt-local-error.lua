--- The server cannot look the recipient up at the moment, for days.
return {
  source = "Postfix: 451 4.3.0 Temporary lookup failure; RFC 5321 4.2.3",

  rcpt = function(s, to)
    return "451 4.3.0 <" .. to.addr .. ">: Temporary lookup failure"
  end,

  expect = {
    bounce = {
      reason = "system-error", stage = "rcpt", reply = "451", status = "4.3.0", actor = "recipient-postmaster",
      permanent = false, address_dead = false, expired = true,
    },
    delivered = 0,
    client = { attempts = at_least(2) },
  },
}
