--- Twenty MX; the first of them refuses, the second takes the mail.
local hosts = { { preference = 10, host = "mx1", listen = refuse } }
for i = 2, 20 do
  hosts[i] = { preference = 10 * i, host = "mx" .. i }
end

return {
  source = "RFC 5321 5.1: at least two addresses are tried, the best first",

  mx = hosts,

  expect = { bounce = none, delivered = 1, client = { order = { "mx1", "mx2" } } },
}
