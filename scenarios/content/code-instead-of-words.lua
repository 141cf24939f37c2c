--- The refusal is a code of the provider's: DT:SPM, which his page explains.
return {
  source = "NetEase (163.com), explanation of bounces: 554 DT:SPM, the message has the marks of spam",

  eom = "554 DT:SPM 163 mx1,a1b2c3 please see http://mail.163.com/help/help_spam_16.htm?ip=192.0.2.9",

  expect = {
    bounce = {
      reason = "spam-content", stage = "eom", reply = "554", actor = "sender",
      permanent = true, address_dead = false, expired = false,
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
