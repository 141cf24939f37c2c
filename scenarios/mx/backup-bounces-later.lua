--- The first MX refuses connections; the backup accepts the mail, cannot pass it on, and bounces it ten minutes later.
return {
  -- Who accepts a message answers for it, and reports to the reverse-path what it cannot deliver.
  source = "RFC 5321 4.2.5 and 6.1: a server that has accepted a message must deliver or report; RFC 3464 for how",

  mx = {
    { preference = 10, host = "mx1", listen = refuse },
    { preference = 20, host = "mx2", returns = { "550 5.1.1 No such user here", after = minutes(10) } },
  },

  expect = {
    bounce = {
      reason = "user-unknown", stage = "rcpt", actor = "sender", reply = "550", status = "5.1.1",
      permanent = true, expired = false, address_dead = true,
    },
    delivered = 1, -- to the backup
    client = { order = { "mx1", "mx2" }, duplicates = 0 },
  },
}
