--- The password is right, and the server cannot check it just now: 454.
return {
  source = "RFC 4954 6: 454 4.7.0 temporary authentication failure", -- where this behaviour is documented

  users = { alice = "secret" }, -- who may log in; AUTH PLAIN LOGIN is announced

  -- Asked at each message of a client that logs in: auth.mechanism, auth.step (1 is the command itself), auth.user,
  -- and with the last message auth.ok, whether the credentials are right.
  auth = function(s, auth)
    if auth.ok ~= nil then return "454 4.7.0 Temporary authentication failure" end
  end,

  -- What must come of it; `fakesmtp run` judges by this, and does not judge what is not stated.
  expect = { -- of a sender that does not log in: AUTH is an offer
    bounce = none,
    delivered = 1,
  },
}
