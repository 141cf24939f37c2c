--- The server greets, hears one line, and resets the connection.

-- This file returns a function: it gets the bare connection, and nobody behaves in its place. A table with stages is
-- shorter for nearly everything (`fakesmtp new --like rcpt NAME`).
return function(s)
  s:send("220 " .. s.host .. " ESMTP\r\n") -- exactly these bytes
  local line = s:line()                    -- the next line without CRLF, or nil and "closed", "timeout", "too long"
  if line then s:reset() end               -- a TCP reset; s:finish() closes in order, s:drop() at once
end
