--- The address is banned, and the reply says where to ask for removal.
return {
  source = "Microsoft, error codes in Exchange Online: 550 5.7.606-649 Access denied, banned sending IP",

  rcpt = "550 5.7.606 Access denied, banned sending IP [192.0.2.9]. To request removal from this list please visit "
    .. "https://sender.office.com/ and follow the directions.",

  expect = {
    bounce = {
      reason = "blocklisted", stage = "rcpt", reply = "550", status = "5.7.606", actor = "sender-postmaster",
      permanent = true, address_dead = false, expired = false,
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
