--- Another bad certificate for each connection: from a stranger, from tomorrow, with SHA-1, with a short key.
local certs = { "unknown-ca", "not-yet-valid", "sha1", "weak-key" }

return {
  source = "RFC 7435 3; RFC 8446 4.4.2.2: what an old or careless server may present",

  starttls = function(s)
    s:starttls { cert = certs[(s.connection - 1) % #certs + 1] }
  end,

  expect = { bounce = none, delivered = 1 },
}
