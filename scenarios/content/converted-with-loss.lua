--- The server takes the message, and says that it could not keep all of it.
return {
  source = "RFC 3463 3.7 (2.6.4): a warning that comes with success",

  eom = "250 2.6.4 Conversion with loss performed",

  expect = { bounce = none, delivered = 1 },
}
