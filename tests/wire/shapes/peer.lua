-- SPDX-License-Identifier: BSD-2-Clause
--- Who the client speaks for, and what speaks no SMTP at all; one host for each.
local function who(s) return "550 5.7.1 " .. s.peer .. " " .. s.ip .. " " .. (s.helo or "-") .. " " .. s.protocol end

return {
  mx = {
    { host = "proxied", proxy = true, mail = who },
    { host = "xclient", extensions = { xclient = true }, mail = who, connect = function(s)
      if s.ip == "192.0.2.66" then return "554 5.7.1 Not from there" end
    end },
    { host = "socks", dialogue = function(s) -- RFC 1928: a greeting, a request, then SMTP as always
      local hello = s:read(3)
      if hello ~= "\5\1\0" then s:drop() end
      s:send "\5\0"
      local head = s:read(5)
      if not head then s:drop() end
      s:read(head:byte(5) + 2)
      s:send "\5\0\0\1\127\0\0\1\0\25"
      s:reply "220 behind the proxy"
      local verb, name = s:command(10)
      s:reply("250 " .. verb .. " " .. name)
      s:line()
      s:reply "221 Bye"
    end },
    { host = "garbage", dialogue = function(s) s:send(("\0\255"):rep(50)) s:finish() end },
    { host = "http", dialogue = function(s) s:line() s:send "HTTP/1.1 400 Bad Request\r\n\r\n" s:finish() end },
  },
}
