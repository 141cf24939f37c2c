--- The greeting comes byte by byte, but it comes: slow is not broken.
return {
  source = "RFC 5321 4.5.3.2.1: the client waits five minutes for the greeting, and this one takes two",

  connect = function(s)
    s:drip { bytes = 1, every = seconds(2) }
  end,
  ehlo = function(s)
    s:drip(false)
  end,

  expect = { bounce = none, delivered = 1, client = { attempts = 1, quit = true } },
}
