--- EHLO is answered with 334, a challenge to somebody who has not logged in.
return {
  source = "RFC 5321 4.3.2: EHLO is answered with 250, or 4yz or 5yz; RFC 4954 4 has 334",

  ehlo = function(s, name, verb)
    return verb == "EHLO" and "334 UGFzc3dvcmQ6" or nil
  end,

  expect = {
    -- Whoever says HELO next, as after a refusal, is served; whoever gives up has seen no SMTP.
    delivered = at_most(1),
  },
}
