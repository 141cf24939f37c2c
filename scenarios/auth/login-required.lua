--- The server wants its clients to log in before they send: 530 in reply to MAIL.
return {
  source = "RFC 4954 6: 530 5.7.0; a submission server where a mail exchanger was expected",

  users = { alice = "in wonderland" },
  mail = function(s)
    if not s.auth then return "530 5.7.0 Authentication required" end
  end,

  expect = {
    bounce = {
      reason = "login-required", stage = "mail", reply = "530", status = "5.7.0",
      permanent = true, address_dead = false, expired = false,
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
