--- Constant replies, replies of several lines, and bytes that are no replies.
return {
  connect = { "220 first", "220 second", "220 mx" },
  mail = function(s, from)
    if from.user == "list" then return { "250 one", "250 two", "250" } end
    if from.user == "late" then s:reply "250 early" return "550 late" end
    if from.user == "raw" then s:send "250-broken\n550\tmix\r250" s:send " end\r\n" return raw("", 250) end
    if from.user == "nul" then s:send "250 \0\xff\r\n" return raw("", 250) end
    if from.user == "long" then s:send("550 " .. ("x"):rep(100000) .. "\r\n") return raw("", 550) end
  end,
  rset = "502 5.5.1 not today",
  data = "451 4.3.0 later",
  other = function(s, line) if line:match "^XYZ" then return "214 " .. line end end,
  quit = { "221 a", "221 b" },
}
