--- The sender's domain cannot be found in the DNS: 450, since that may be the DNS' fault.
return {
  source = "Postfix, reject_unknown_sender_domain: 450 4.1.8; RFC 3463 3.2 (X.1.8)",

  mail = function(s, from)
    return "450 4.1.8 <" .. from.addr .. ">: Sender address rejected: Domain not found"
  end,

  expect = {
    bounce = {
      reason = "sender-rejected", stage = "mail", reply = "450", status = "4.1.8",
      permanent = false, address_dead = false, expired = true,
    },
    delivered = 0,
    client = { attempts = at_least(2) },
  },
}
