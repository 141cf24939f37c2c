--- A domain with four hosts: nobody at home, a full one, one that greets with 554, and one that works.
local seen = {}

return {
  mx = {
    { preference = 5, host = "gone", listen = refuse },
    { preference = 10, host = "full", rcpt = "452 4.3.1 Insufficient system storage" },
    { preference = 10, host = "closed", connect = "554 5.3.2 not open" },
    { preference = 20, host = "last" },
  },
  mail = function(s, from)
    seen[#seen + 1] = s.host
    if from.user == "who" then return "250 " .. table.concat(seen, " ") end
  end,
}
