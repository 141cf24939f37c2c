--- LMTP: the second recipient's answer stops in the middle of its three lines; the third one's never comes.
-- For `fakesmtp serve`.
return {
  source = "RFC 2033 4.2: what was answered is answered; exim shape 0215:61",

  lmtp = true,
  eom = function(s)
    return {
      ["second@"] = function()
        s:send "250-2.1.5 Deliv"
        s:sleep(5)
        s:send "ered,\r\n250-2.1.5 more or less,\r\n"
        return raw "250 2.1.5 to second\r\n"
      end,
      ["third@"] = function() s:drop() end,
    }
  end,

  expect = { -- of a sender that speaks SMTP here: RFC 2033 4.1 forbids to answer EHLO and HELO
    bounce = { reason = "protocol-error", reply = "500", permanent = true, address_dead = false },
    delivered = 0,
  },
}
