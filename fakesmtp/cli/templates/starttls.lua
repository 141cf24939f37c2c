--- STARTTLS is announced, and the connection is closed in the middle of the handshake.
return {
  source = "RFC 3207 4.1: the client decides whether to go on without TLS", -- where this behaviour is documented

  -- Asked at STARTTLS. Return a reply to refuse it ("454 4.7.0 TLS not available"), nil to do it right, or call
  -- s:starttls{...} to do it wrong: a bad certificate (cert = "expired"), old versions, an alert, silence.
  starttls = function(s)
    s:starttls { abort = "close", after = "client-hello" }
  end,

  -- What must come of it; `fakesmtp run` judges by this, and does not judge what is not stated.
  expect = {
    bounce = none, -- TLS was an offer: without a policy that demands it, mail goes in clear
  },
}
