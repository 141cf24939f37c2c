--- Every answer bears the id of another question: whoever believes it can be lied to by anybody.
return {
  source = "RFC 5452 9.1: answers that do not match the question are passed over; what is left is a server that is silent",

  dns = wrong_id,

  expect = {
    bounce = { reason = "dns-failure", permanent = false, expired = true },
    delivered = 0,
    client = { attempts = 0 },
  },
}
