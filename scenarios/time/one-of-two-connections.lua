--- Every connection has an even chance to be told to come again, the first two at most.
return {
  source = "chaos testing: the same --seed has the same connections fail",

  mail = function(s)
    if s.connection <= 2 and s:chance(0.5) then return "451 4.3.0 Bad luck" end
  end,

  expect = { bounce = none, delivered = 1, client = { attempts = between(1, 3) } },
}
