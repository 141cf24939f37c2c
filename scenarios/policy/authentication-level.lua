--- A large sender without SPF, DKIM and DMARC: "access denied", and the reason behind it.
return {
  source = "Microsoft, fix NDR error 550 5.7.515 in Outlook.com",

  eom = "550 5.7.515 Access denied, sending domain sender.test does not meet the required authentication level.",

  expect = {
    bounce = {
      reason = "auth-failure", stage = "eom", reply = "550", status = "5.7.515", actor = "sender-postmaster",
      permanent = true, address_dead = false, expired = false,
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
