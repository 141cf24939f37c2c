--- The server does not know EHLO; HELO works.
return {
  source = "RFC 5321 3.2: after 500 or 502 to EHLO the client says HELO; exim shape 5400:30",

  ehlo = function(s, name, verb)
    if verb == "EHLO" then return "502 5.5.1 Command not implemented" end
  end,

  expect = {
    bounce = none,
    delivered = 1,
    client = { attempts = 1 },
  },
}
