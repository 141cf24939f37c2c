--- The recipient does not exist: 550 5.1.1 in reply to RCPT TO.
return {
  source = "RFC 5321 4.2.3 and RFC 3463 3.2 (X.1.1); seed 004, htb-address-02",

  rcpt = function(s, to)
    return "550 5.1.1 <" .. to.addr .. ">: Recipient address rejected: User unknown"
  end,

  expect = {
    bounce = {
      reason = "user-unknown", stage = "rcpt", reply = "550", status = "5.1.1", actor = "sender",
      permanent = true, retryable = false, address_dead = true, expired = false,
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
