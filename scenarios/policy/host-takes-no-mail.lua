--- A host that takes no mail says so, instead of having nobody listen: 521.
return {
  source = "RFC 7504 3: the server greets with 521; seed codes, 521",

  connect = function(s)
    return "521 5.3.2 " .. s.host .. " does not accept mail"
  end,

  expect = {
    bounce = {
      reason = "null-mx", stage = "connect", reply = "521", status = "5.3.2",
      permanent = true, expired = false,
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
