--- The domain does not exist.
return {
  source = "RFC 5321 5.1: a domain that does not exist is a permanent failure", -- where this behaviour is documented

  -- What the DNS says of the domain: nxdomain, nodata, servfail, refused, silent, or a table: { mx = servfail },
  -- { mx = { servfail, first = 2 } }, { records = { "@ 60 IN MX 0 ." } } and more.
  dns = nxdomain,

  -- What must come of it; `fakesmtp run` judges by this, and does not judge what is not stated.
  expect = {
    bounce = { reason = "host-unknown", permanent = true },
    delivered = 0,
  },
}
