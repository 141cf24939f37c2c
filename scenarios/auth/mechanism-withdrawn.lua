--- SCRAM and CRAM-MD5 are announced, and refused when they are used: 504, then only PLAIN is left.
return {
  source = "RFC 4954 4: 504 for a mechanism that is not there; 5.5.4",

  extensions = { auth = { "SCRAM-SHA-256", "CRAM-MD5", "PLAIN" } },
  auth = function(s, auth)
    if auth.mechanism ~= "PLAIN" then return "504 5.5.4 Unrecognized authentication type" end
  end,

  expect = { -- of a sender that does not log in: AUTH is an offer
    bounce = none,
    delivered = 1,
    client = { attempts = 1 },
  },
}
