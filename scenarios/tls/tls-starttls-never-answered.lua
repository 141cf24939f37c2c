--- STARTTLS is announced and never answered.
return {
  source = "RFC 5321 4.5.3.2; RFC 7435 3: then in clear text, on another connection",

  starttls = function(s)
    s:stall()
  end,

  expect = {
    bounce = any_of("RFC 7435 3 wants clear text to be tried; to RFC 5321 4.5.3.2 it is a timeout like any other", none,
      { reason = "timeout", address_dead = false, expired = true }),
    delivered = at_most(1),
    client = { duplicates = 0 },
  },
}
