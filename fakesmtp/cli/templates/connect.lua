--- The greeting is a refusal: 554, and nothing is served but QUIT.
return {
  source = "RFC 5321 3.1: 554 in the opening message", -- where this behaviour is documented

  -- Asked when a client has connected. What it returns is sent instead of "220 ...": a reply as it goes over the wire,
  -- without CRLF. Other things to try: s:sleep(seconds) before a reply, s:stall(), s:drop(), s:reset().
  connect = function(s)
    return "554 5.7.1 " .. s.host .. " access denied by local policy"
  end,

  -- What must come of it; `fakesmtp run` judges by this, and does not judge what is not stated.
  expect = {
    bounce = { stage = "connect", reason = "policy", reply = "554", permanent = true },
    delivered = 0,
  },
}
