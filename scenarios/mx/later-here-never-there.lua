--- The first MX puts the recipient off, the second refuses him for good.
return {
  source = "RFC 5321 5.1 and 4.2.1: a client may go on to the second MX after 4yz, or come again",

  mx = {
    { preference = 10, host = "mx1", rcpt = "451 4.3.0 Temporary lookup failure" },
    { preference = 20, host = "mx2", rcpt = "550 5.1.1 No such user" },
  },

  expect = {
    -- One that goes on hears that there is no such user; one that comes again only ever hears the first.
    delivered = 0,
  },
}
