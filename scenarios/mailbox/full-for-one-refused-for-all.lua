--- One of two mailboxes is full when the message has come: SMTP has only one answer for both.
return {
  source = "RFC 5321 3.3 and 4.3.2; LMTP (RFC 2033 1) exists for this",

  send = { to = { "user", "full" } },
  eom = "552 5.2.2 The mailbox of one of the recipients is full",

  expect = {
    bounce = {
      ["user@"] = { reason = "mailbox-full", stage = "eom", reply = "552", permanent = true, address_dead = false },
      ["full@"] = { reason = "mailbox-full", stage = "eom", reply = "552", permanent = true, address_dead = false },
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
