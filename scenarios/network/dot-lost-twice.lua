--- The answer to the dot is lost twice, by closing and by a reset; nothing was kept, so it has to be sent again.
return {
  source = "RFC 5321 4.2.5 and RFC 1047: until it hears 250 the client is responsible",

  eom = function(s)
    if s.connection == 1 then s:finish() end
    if s.connection == 2 then s:reset() end
  end,

  expect = { bounce = none, delivered = 1, client = { attempts = 3 } },
}
