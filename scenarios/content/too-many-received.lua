--- Too many hops: a loop, although 552 is the code of a full mailbox.
return {
  source = "seed 002, hti-too-many-received; RFC 5321 6.3",

  eom = "552 5.7.0 Number of 'Received:' DATA headers exceeds maximum permitted",

  expect = {
    bounce = {
      reason = "mail-loop", stage = "eom", reply = "552", actor = "postmasters",
      permanent = true, address_dead = false, expired = false,
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
