--- The MX is an alias of the host.
return {
  source = "RFC 2181 10.3 and RFC 5321 5.1: it must not be; what a client does with it is outside of the standard",

  dns = { records = { "@ 60 IN MX 10 mail", "mail 60 IN CNAME mx" } },

  -- Not judged: whether the mail arrives. Most clients follow the alias; a bounce would be as good.
  expect = { delivered = at_most(1) },
}
