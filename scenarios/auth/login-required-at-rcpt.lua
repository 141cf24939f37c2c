--- Anybody may begin, but relaying is for those who have logged in: 550 5.7.1 in reply to RCPT.
return {
  source = "RFC 4954 6 and RFC 3463 3.8; seed: authentication required for relay",

  extensions = { auth = { "PLAIN", "LOGIN", "CRAM-MD5" } },
  rcpt = function(s)
    if not s.auth then return "550 5.7.1 Authentication required for relay" end
  end,

  expect = {
    bounce = { reason = "login-required", stage = "rcpt", reply = "550", permanent = true, address_dead = false, expired = false },
    delivered = 0,
    client = { attempts = 1 },
  },
}
