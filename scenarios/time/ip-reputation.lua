--- Rate and reputation in one sentence: it is slowed down for the reputation.
return {
  source = "Microsoft, Outlook.com: 451 4.7.651, temporarily rate limited due to IP reputation (S3114)",

  mail = "451 4.7.651 The mail server [192.0.2.9] has been temporarily rate limited due to IP reputation. "
    .. "For e-mail delivery information, see https://postmaster.live.com (S3114)",

  expect = {
    bounce = {
      reason = "bad-reputation", stage = "mail", reply = "451", status = "4.7.651",
      permanent = false, address_dead = false, expired = true,
    },
    delivered = 0,
    client = { attempts = at_least(2) },
  },
}
