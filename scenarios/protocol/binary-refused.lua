--- Chunks are taken, and BODY=BINARYMIME is announced; the message is refused for being binary.
return {
  source = "RFC 3030 3: a client whose message is binary has to convert it or give up",

  extensions = { chunking = true, binarymime = true },
  mail = function(s, from)
    if from.body == "BINARYMIME" then return "554 5.6.3 Not binary, please" end
  end,

  expect = { bounce = none, delivered = 1 }, -- the message of a run is text
}
