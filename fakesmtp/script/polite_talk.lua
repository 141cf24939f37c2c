-- SPDX-License-Identifier: BSD-2-Clause
--- The well-behaved server, part 1: asking the scenario and answering the client.
--
-- Each polite_*.lua is given one table, `host`: the helpers of C, and what the files before it have added. `on` is what
-- the scenario says of this host: handlers by stage, and settings (ext, extra, users, lmtp, proxy, dialogue).

local host = ...
local answer, set, stage, envelope = host.answer, host.set, host.stage, host.envelope

local MAX_ERRORS = 20 -- then it is no client we wish to talk to

--- Asks the scenario; nil means: behave.
function host.ask(s, on, name, ...)
  stage(s, name)
  local handler = on[name]
  if type(handler) == "function" then return handler(s, ...) end
  return handler
end

-- RFC 2034 4: without the extension our replies have no enhanced codes. What the scenario says is left as it is.
local function without_enhanced_code(reply)
  return (reply:gsub("^(%d%d%d) %d%.%d+%.%d+ ", "%1 "))
end

--- Sends what the scenario has to say, or else `ours`; returns the code. 421 ends the connection (RFC 5321 4.2.1, 3.8).
function host.say(s, on, name, asked, ours)
  if not asked and on.ext and on.ext.ENHANCEDSTATUSCODES == false and type(ours) == "string" then
    ours = without_enhanced_code(ours)
  end
  local code = answer(s, name, asked or ours)
  if code == 421 then s:finish() end
  return code
end

--- The client is at fault; one that goes on like that is shown out.
function host.refuse(s, on, reply)
  local errors = s.errors + 1
  set(s, "errors", errors)
  if errors > MAX_ERRORS then reply = "421 4.7.0 " .. s.host .. " Too many errors" end
  host.say(s, on, "other", nil, reply)
end

function host.is_2xx(code) return code >= 200 and code < 300 end

--- The code that a handler's answer has, before it is sent; nil for none.
function host.code_of(reply)
  if type(reply) == "table" then
    if reply.raw then return reply.code end
    reply = reply[1]
  end
  return type(reply) == "string" and tonumber(reply:sub(1, 3)) or nil
end

function host.end_transaction(s)
  set(s, "from", nil)
  set(s, "rcpts", nil)
  set(s, "chunks", nil)
  envelope(s, nil, nil)
end

--- RFC 3848: ESMTP, with S under TLS and A after AUTH.
function host.name_protocol(s, base)
  if base == "SMTP" then return set(s, "protocol", base) end
  set(s, "protocol", base .. (s.tls and "S" or "") .. (s.auth and "A" or ""))
end

--- Back to the state after the greeting, but for what XCLIENT said (RFC 3207 4.2; XCLIENT's description says the same).
function host.forget_client(s)
  host.end_transaction(s)
  set(s, "helo", nil)
  set(s, "esmtp", nil)
  set(s, "auth", nil)
  set(s, "protocol", nil)
end

--- The client left or timed out while it owed us something.
function host.gone(s, on, name, why)
  if why == "timeout" then host.say(s, on, name, nil, "421 4.4.2 " .. s.host .. " Timed out in the middle of the data") end
  return "gone"
end

host.verbs = {}
