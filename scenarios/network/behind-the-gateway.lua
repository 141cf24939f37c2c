--- What a gateway says of the servers behind it: six recipients, six troubles on the way.
return {
  source = "seed 003, 123-server-no and 123-server-connection; RFC 3463 3.5 (X.4.0 to X.4.5)",

  send = { to = { "some", "dead", "cut", "routing", "nowhere", "busy" } },
  rcpt = function(s, to)
    if to.user == "some" then return "451 4.4.0 DNS query failed for the server behind" end
    if to.user == "dead" then return "451 4.4.1 Connection timed out" end
    if to.user == "cut" then return "451 4.4.2 Connection lost in the middle of the session" end
    if to.user == "routing" then return "451 4.4.3 Routing server failure" end
    if to.user == "nowhere" then return "451 4.4.4 No adequate servers" end
    return "451 4.4.5 Mail system congestion, try again later"
  end,

  expect = {
    bounce = {
      ["some@"] = { reason = "dns-failure", stage = "rcpt", reply = "451", expired = true },
      ["dead@"] = { reason = "connection-timeout", stage = "rcpt", reply = "451", expired = true },
      ["cut@"] = { reason = "connection-lost", stage = "rcpt", reply = "451", expired = true },
      ["routing@"] = { reason = "dns-failure", stage = "rcpt", reply = "451", expired = true },
      ["nowhere@"] = { reason = "host-unreachable", stage = "rcpt", reply = "451", expired = true },
      ["busy@"] = { reason = "system-overloaded", stage = "rcpt", reply = "451", expired = true },
    },
    delivered = 0,
    client = { attempts = at_least(2) },
  },
}
