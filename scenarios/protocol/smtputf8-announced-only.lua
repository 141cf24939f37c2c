--- SMTPUTF8 is announced, and refused when a sender uses it.
return {
  source = "RFC 6531 3.2 and 3.4; RFC 5321 4.1.1.11",

  extensions = { smtputf8 = "announced" },

  expect = { bounce = none, delivered = 1 }, -- the addresses of a run are ASCII
}
