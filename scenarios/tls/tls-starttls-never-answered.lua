--- STARTTLS is announced and never answered.
return {
  source = "RFC 5321 4.5.3.2; RFC 7435 3: then in clear text, on another connection",

  starttls = function(s)
    s:stall()
  end,

  expect = { bounce = none, delivered = 1 },
}
