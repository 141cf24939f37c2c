--- LMTP: after the data each recipient has an answer of its own; `full` is over quota, `later` has to wait.
-- For `fakesmtp serve` and a client that speaks LMTP: the senders of a run relay by SMTP and do not get past LHLO.
return {
  source = "RFC 2033 4.2; exim shape 0215:23",

  lmtp = true,
  eom = function(s, message)
    return {
      ["full@"] = "552 5.2.2 Over quota",
      ["later@"] = "451 4.3.0 Temporarily unable to deliver",
    }
  end,

  expect = { -- of a sender that speaks SMTP here: RFC 2033 4.1 forbids to answer EHLO and HELO
    bounce = { reason = "protocol-error", reply = "500", permanent = true, address_dead = false },
    delivered = 0,
  },
}
