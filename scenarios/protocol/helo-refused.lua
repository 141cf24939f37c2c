--- The server refuses the name in EHLO and in HELO: 504, it wants one with dots.
return {
  source = "RFC 5321 4.1.1.1 and 4.2.3 (504); exim shape 4700:36; Postfix' words for it",

  ehlo = function(s, name)
    return "504 5.5.2 <" .. name .. ">: Helo command rejected: need fully-qualified hostname"
  end,

  expect = {
    bounce = {
      reason = "reverse-dns-missing", -- the sending host's name in the DNS and in HELO are one subject
      stage = "ehlo", reply = "504", actor = "sender-postmaster", address_dead = false,
    },
    delivered = 0,
  },
}
