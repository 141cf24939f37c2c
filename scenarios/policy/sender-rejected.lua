--- It is the sender's address that the server does not like; it says so only at RCPT.
return {
  source = "Postfix, check_sender_access with smtpd_delay_reject",

  rcpt = function(s)
    return "554 5.7.1 <" .. s.from.addr .. ">: Sender address rejected: Access denied"
  end,

  expect = {
    bounce = {
      reason = "sender-rejected", stage = "rcpt", reply = "554", status = "5.7.1",
      permanent = true, address_dead = false, expired = false,
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
