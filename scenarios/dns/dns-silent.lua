--- The domain's name server never answers.
return {
  source = "RFC 5321 5.1: no answer is a temporary error; the mail is queued and tried again",

  dns = silent,

  expect = {
    bounce = { reason = "dns-failure", permanent = false, expired = true },
    delivered = 0,
    client = { attempts = 0 },
  },
}
