--- The server announces SIZE, 8BITMIME and DSN, and knows none of their parameters: 555.
return {
  source = "RFC 5321 4.1.1.11: 555 to a parameter that is not recognised; here the announcement was a lie",

  extensions = { size = "announced", ["8bitmime"] = "announced", dsn = "announced" },
  mail = function(s, from) -- whoever sends none of them is served
    if next(from.params) then return "555 5.5.4 Unsupported option: " .. next(from.params) end
  end,

  expect = {
    -- A sender that used no parameter gets through; one that did may try again without, or give up for good.
    bounce = { reason = "protocol-error", stage = "mail", reply = "555", permanent = true, address_dead = false },
    delivered = 0,
  },
}
