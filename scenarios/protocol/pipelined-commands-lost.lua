--- PIPELINING is announced, and what comes behind MAIL in the same packet is thrown away.
return {
  source = "RFC 2920 3.2: the server must not lose what it has not read; firewalls that rewrite SMTP did",

  mail = function(s)
    if s:pending() == 0 then return nil end
    s:reply "250 2.1.0 Sender ok"
    s:read(s:pending())
    s:stall()
  end,

  expect = {
    -- Who pipelines waits in vain for the next reply; who sends one command at a time is served, and so is one that
    -- tries again without pipelining.
    delivered = at_most(1),
    client = { duplicates = 0 },
  },
}
