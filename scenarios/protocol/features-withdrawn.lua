--- The second connection has none of the extensions that the first one announced.
return {
  source = "RFC 5321 4.1.1.1: what EHLO says holds for that session alone; two servers behind one address differ",

  ehlo = function(s)
    if s.connection > 1 then return { "250 " .. s.host } end
  end,
  mail = function(s)
    if s.connection == 1 then return "421 4.3.2 Please connect again" end
  end,

  expect = { bounce = none, delivered = 1, client = { attempts = 2 } },
}
