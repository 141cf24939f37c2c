-- SPDX-License-Identifier: BSD-2-Clause
--- The well-behaved server (RFC 5321) that every scenario starts from.
--
-- A scenario's handlers (`on`) are asked at each stage; what they do not answer is answered here. So this file is
-- also the shortest description of what a receiving server does. It runs once per connection, in its coroutine.

local host = ...  -- answer, set, stage, envelope: given to this file alone
local answer, set, stage, envelope = host.answer, host.set, host.stage, host.envelope

local COMMAND_TIMEOUT = 300 -- RFC 5321 4.5.3.2.7: at least 5 minutes
local DATA_TIMEOUT = 600
local MAX_RCPTS = 1000      -- RFC 5321 4.5.3.1.8: at least 100
local MAX_ERRORS = 20       -- then it is no client we wish to talk to

--- Asks the scenario; nil means: behave.
local function ask(s, on, name, ...)
  stage(s, name)
  local handler = on[name]
  if type(handler) == "function" then return handler(s, ...) end
  return handler
end

--- Sends what the scenario or we have to say. 421 ends the connection (RFC 5321 4.2.1 and 3.8).
local function say(s, name, reply)
  local code = answer(s, name, reply)
  if code == 421 then s:finish() end
  return code
end

local function is_2xx(code) return code >= 200 and code < 300 end

local function end_transaction(s)
  set(s, "from", nil)
  set(s, "rcpts", nil)
  envelope(s, nil, nil)
end

local function refuse(s, reply)
  local errors = s.errors + 1
  set(s, "errors", errors)
  if errors > MAX_ERRORS then reply = "421 4.7.0 " .. s.host .. " Too many errors" end
  say(s, "other", reply)
end

local verbs = {}

-- RFC 5321 4.1.1.1; EHLO in the middle of a session is also a RSET (4.1.4).
function verbs.ehlo(s, on, name)
  local code = say(s, "ehlo", ask(s, on, "ehlo", name) or {
    "250 " .. s.host,
    "250 PIPELINING",
    "250 SIZE " .. s.max_size,
    "250 8BITMIME",
    "250 ENHANCEDSTATUSCODES",
    "250 DSN",
  })
  if not is_2xx(code) then return end
  end_transaction(s)
  set(s, "helo", name)
  set(s, "esmtp", true)
end

function verbs.helo(s, on, name)
  local code = say(s, "ehlo", ask(s, on, "ehlo", name) or "250 " .. s.host)
  if not is_2xx(code) then return end
  end_transaction(s)
  set(s, "helo", name)
  set(s, "esmtp", false)
end

-- Parameters we announced (RFC 1870 SIZE, RFC 6152 BODY, RFC 3461 the others); RFC 5321 4.1.1.11: else 555.
local MAIL_PARAMS = { SIZE = true, BODY = true, RET = true, ENVID = true }
local RCPT_PARAMS = { NOTIFY = true, ORCPT = true }

local function bad_param(s, params, known)
  for name in pairs(params) do
    if not s.esmtp or not known[name] then return "555 5.5.4 Unsupported parameter " .. name end
  end
end

function verbs.mail(s, on, from)
  if not s.helo then return refuse(s, "503 5.5.1 EHLO first") end
  if s.from then return refuse(s, "503 5.5.1 A transaction is open already") end
  local bad = bad_param(s, from.params, MAIL_PARAMS)
  if bad then return refuse(s, bad) end
  local reply = ask(s, on, "mail", from)
  local size = tonumber(from.params.SIZE)
  if not reply and size and size > s.max_size then reply = "552 5.3.4 Message too large" end -- RFC 1870 6.1
  if not is_2xx(say(s, "mail", reply or "250 2.1.0 Sender ok")) then return end
  set(s, "from", from)
  set(s, "rcpts", {})
  envelope(s, from.addr, nil)
end

function verbs.rcpt(s, on, to)
  if not s.from then return refuse(s, "503 5.5.1 MAIL first") end
  local bad = bad_param(s, to.params, RCPT_PARAMS)
  if bad then return refuse(s, bad) end
  local reply = ask(s, on, "rcpt", to)
  if not reply and #s.rcpts >= MAX_RCPTS then reply = "452 4.5.3 Too many recipients" end -- RFC 5321 4.5.3.1.10
  if not is_2xx(say(s, "rcpt", reply or "250 2.1.5 Recipient ok")) then return end
  s.rcpts[#s.rcpts + 1] = to
  envelope(s, s.from.addr, to.addr)
end

-- RFC 5321 4.1.1.4
function verbs.data(s, on)
  if not s.from then return refuse(s, "503 5.5.1 MAIL first") end
  if #s.rcpts == 0 then return refuse(s, "554 5.5.1 No valid recipients") end
  local code = say(s, "data", ask(s, on, "data") or "354 End data with <CR><LF>.<CR><LF>")
  if code < 300 or code > 399 then return end
  local message, why = s:data(DATA_TIMEOUT)
  if not message then
    if why == "timeout" then say(s, "data", "421 4.4.2 " .. s.host .. " Timed out in the middle of the data") end
    return "gone"
  end
  local reply = ask(s, on, "eom", message)
  if not reply and message.too_big then reply = "552 5.3.4 Message too large" end
  if is_2xx(say(s, "eom", reply or "250 2.0.0 Accepted in session " .. s.id)) then s:keep() end
  end_transaction(s)
end

function verbs.rset(s, on)
  if is_2xx(say(s, "rset", ask(s, on, "rset") or "250 2.0.0 Flushed")) then end_transaction(s) end
end

function verbs.quit(s, on)
  say(s, "quit", ask(s, on, "quit") or "221 2.0.0 " .. s.host .. " Bye")
  return "gone" -- RFC 5321 4.1.1.10: the server closes after its reply
end

function verbs.noop(s) say(s, "other", "250 2.0.0 Ok") end

function verbs.help(s) say(s, "other", "214 2.0.0 EHLO HELO MAIL RCPT DATA RSET NOOP VRFY HELP QUIT") end

function verbs.vrfy(s, _, word) -- RFC 5321 3.5.3: "cannot verify" is an honest answer
  if word == "" then return refuse(s, "501 5.5.4 VRFY needs an address") end
  say(s, "other", "252 2.5.2 Cannot verify, will take a message and try")
end

function verbs.expn(s) refuse(s, "502 5.5.1 EXPN is not implemented") end

-- RFC 5321 3.1: after a negative greeting only QUIT is served.
local function unwelcome(s, on)
  while true do
    local verb = s:command(COMMAND_TIMEOUT)
    if not verb or verb == "quit" then return verb and verbs.quit(s, on) end
    refuse(s, "503 5.5.1 Only QUIT is served here")
  end
end

local function serve(s, on)
  while true do
    local verb, arg, syntax_error, line = s:command(COMMAND_TIMEOUT)
    if not verb and arg == "closed" then return end
    if not verb and arg == "timeout" then return say(s, "other", "421 4.4.2 " .. s.host .. " Timed out waiting for a command") end
    if not verb then
      refuse(s, "500 5.5.6 Line too long") -- RFC 5321 4.5.3.1.9
    elseif syntax_error then
      refuse(s, syntax_error)
    elseif verbs[verb] then
      if verbs[verb](s, on, arg) == "gone" then return end
    else
      local reply = ask(s, on, "other", line)
      if reply then say(s, "other", reply) else refuse(s, "500 5.5.2 Command not recognised") end
    end
  end
end

return function(s, on)
  set(s, "errors", 0)
  local code = say(s, "connect", ask(s, on, "connect") or "220 " .. s.host .. " ESMTP fakesmtp")
  if is_2xx(code) then return serve(s, on) end
  return unwelcome(s, on)
end
