--- A refusal in nine lines; what it is about stands in the last one.
return {
  source = "RFC 5321 4.2.1: the lines of a reply are one text; exim shapes 0227:143, 0998",

  rcpt = {
    "550 5.2.2 Dear sender,",
    "550 5.2.2 thank you for writing to us.",
    "550 5.2.2 We are a small company with many friends,",
    "550 5.2.2 and we read every single message.",
    "550 5.2.2 ",
    "550 5.2.2 This one we could not take.",
    "550 5.2.2 Please do not be angry with us.",
    "550 5.2.2 ",
    "550 5.2.2 The recipient's mailbox is full.",
  },

  expect = {
    bounce = { reason = "mailbox-full", stage = "rcpt", reply = "550", permanent = true, expired = false, address_dead = false },
    delivered = 0,
    client = { attempts = 1 },
  },
}
