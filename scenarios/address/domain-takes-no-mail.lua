--- A gateway has looked up the domain and found a null MX: 556.
return {
  source = "RFC 7504 4 and RFC 7505 4.2: 556 and X.1.10",

  rcpt = function(s, to)
    return "556 5.1.10 <" .. to.addr .. ">: Recipient address has null MX"
  end,

  expect = {
    bounce = {
      reason = "null-mx", stage = "rcpt", reply = "556", status = "5.1.10",
      permanent = true, expired = false,
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
