--- PRDR: after the data each recipient has an answer of its own, for clients that ask for it.
return {
  source = "draft-hall-prdr; exim shape 9901",

  send = { to = { "user", "full" } },
  extensions = { prdr = true },
  eom = function(s)
    if not s.from.params.PRDR then return nil end
    return { ["full@"] = "552 5.2.2 Over quota" }
  end,

  expect = {
    bounce = { ["user@"] = none }, -- full@ is refused where the client speaks PRDR
    delivered = 1,
  },
}
