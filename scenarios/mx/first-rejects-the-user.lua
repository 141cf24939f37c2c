--- The first MX rejects the recipient for good; the second would take everything.
return {
  source = "RFC 5321 4.2.1 and 5.1: a 5yz reply is the answer, and no reason to ask the next MX",

  mx = {
    { preference = 10, host = "mx1", rcpt = "550 5.1.1 No such user here" },
    { preference = 20, host = "mx2" },
  },

  expect = {
    bounce = { reason = "user-unknown", stage = "rcpt", reply = "550", status = "5.1.1", permanent = true, expired = false },
    delivered = 0,
    client = { attempts = 1 },
  },
}
