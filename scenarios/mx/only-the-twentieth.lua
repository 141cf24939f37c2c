--- Twenty MX, of which only the last one can be connected to.
local hosts = {}
for i = 1, 19 do
  hosts[i] = { preference = 10 * i, host = "mx" .. i, listen = refuse }
end
hosts[20] = { preference = 200, host = "mx20" }

return {
  -- Not judged: whether the mail arrives. A client may bound how many it tries, and most do, with five or so.
  source = "RFC 5321 5.1: there may be a configurable limit on the number of alternate addresses tried, of at least two",

  mx = hosts,

  expect = { delivered = at_most(1) },
}
