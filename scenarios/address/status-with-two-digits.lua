--- Exchange has a code of its own, 5.1.10, which is not 5.1.1 with something behind it.
return {
  source = "Microsoft, error codes in Exchange Online: 550 5.1.10; RFC 3463 2: a detail has up to three digits",

  rcpt = "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup",

  expect = {
    bounce = {
      reason = "user-unknown", stage = "rcpt", reply = "550", status = "5.1.10", actor = "sender",
      permanent = true, address_dead = true, expired = false,
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
