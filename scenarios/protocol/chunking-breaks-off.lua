--- The first chunk is answered by hanging up; from then on chunks are taken.
local broken = false

return {
  source = "RFC 3030 2: without the reply to the last chunk nothing is delivered",

  extensions = { chunking = true },
  data = function(s, chunk)
    if chunk and not broken then
      broken = true
      s:drop()
    end
  end,

  expect = { bounce = none, delivered = 1, client = { duplicates = 0 } }, -- a client that says DATA never notices
}
