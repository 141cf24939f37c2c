--- Three codes that no RFC has, but that lists of codes explain: 510, 512 and 515.
return {
  source = "seed codes 510, 512 and 515; RFC 5321 4.2: of an unknown code only the first digit counts",

  send = { to = { "bad", "nohost", "invalid" } },
  rcpt = function(s, to)
    if to.user == "bad" then return "510 Bad email address: check the recipient address" end
    if to.user == "nohost" then return "512 Host unknown: the domain can not be found" end
    return "515 Destination mailbox address invalid"
  end,

  expect = {
    bounce = {
      ["bad@"] = { reason = "user-unknown", stage = "rcpt", reply = "510", permanent = true, expired = false },
      ["nohost@"] = { reason = "host-unknown", stage = "rcpt", reply = "512", permanent = true, expired = false },
      ["invalid@"] = { reason = "user-unknown", stage = "rcpt", reply = "515", permanent = true, expired = false },
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
