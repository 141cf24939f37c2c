--- The server takes no mail in clear: 530 in reply to MAIL FROM, until TLS is up.
return {
  source = "RFC 3207 4: 530 Must issue a STARTTLS command first",

  tls = true,

  mail = function(s)
    if not s.tls then
      return "530 5.7.0 Must issue a STARTTLS command first"
    end
  end,

  -- What becomes of the message is not stated: one that speaks TLS delivers it, one that does not has to give up, and
  -- RFC 3207 demands TLS of nobody. Either way it takes one attempt: 530 is permanent.
  expect = {
    client = { attempts = 1 },
  },
}
