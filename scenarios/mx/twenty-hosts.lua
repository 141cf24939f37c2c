--- Twenty MX, more than 512 octets hold; the first of them refuses.
local hosts = { { preference = 10, host = "mx1", listen = refuse } }
for i = 2, 20 do
  hosts[i] = { preference = 10 * i, host = "mx" .. i }
end

return {
  source = "RFC 7766 5: TCP is no option; RFC 5321 5.1: at least two addresses are tried, the best first",

  mx = hosts,

  expect = { bounce = none, delivered = 1, client = { order = { "mx1", "mx2" } } },
}
