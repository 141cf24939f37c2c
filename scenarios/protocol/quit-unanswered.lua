--- The message is taken, and QUIT is answered by hanging up.
return {
  source = "RFC 5321 4.1.1.10: QUIT comes after everything; exim shapes 0495:8, 0201:4",

  quit = function(s) s:drop() end,

  expect = {
    bounce = none,
    delivered = 1,
    client = { attempts = 1 },
  },
}
