--- A NUL stands in the refusal, and what matters stands behind it.
return {
  source = "RFC 5321 4.2: textstring has no NUL; a client in C that stops there has only half of the reply",

  rcpt = raw "550 5.2.2 Sorry\0: the mailbox is full\r\n",

  expect = {
    -- The code is well-formed and decides (RFC 5321 4.2.1); of the text not everything may be left.
    bounce = { reason = "mailbox-full", stage = "rcpt", reply = "550", permanent = true, address_dead = false },
    delivered = 0,
    client = { attempts = 1 },
  },
}
