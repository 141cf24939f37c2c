--- 517: no RFC has it; lists of codes say that the sender's attribute is wrong.
return {
  source = "seed codes, 517",

  mail = "517 Problem with the sender's mail attribute, check properties",

  expect = {
    bounce = {
      reason = "sender-rejected", stage = "mail", reply = "517",
      permanent = true, address_dead = false, expired = false,
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
