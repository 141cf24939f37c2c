-- SPDX-License-Identifier: BSD-2-Clause
--- The well-behaved server (RFC 5321) that every scenario starts from: the order of commands.
--
-- A scenario's handlers (`on`) are asked at each stage; what they do not answer is answered here. So these files are
-- also the shortest description of what a receiving server does. They run once per connection, in its coroutine.

local host = ...
local ask, say, refuse, set, is_2xx, envelope = host.ask, host.say, host.refuse, host.set, host.is_2xx, host.envelope
local verbs = host.verbs

local COMMAND_TIMEOUT = 300 -- RFC 5321 4.5.3.2.7: at least 5 minutes
local MAX_RCPTS = 1000      -- RFC 5321 4.5.3.1.8: at least 100

function verbs.mail(s, on, from)
  if not s.helo then return refuse(s, on, "503 5.5.1 EHLO first") end -- RFC 5321 4.1.4
  if s.from then return refuse(s, on, "503 5.5.1 A transaction is open already") end
  local bad = host.check_mail(s, on, from)
  if bad then return refuse(s, on, bad) end
  from = host.readonly(from, "address")
  local asked = ask(s, on, "mail", from)
  local ours, most, mails = "250 2.1.0 Sender ok", host.max_size(s, on), host.limit(on, "MAILMAX")
  if most and from.size and from.size > most then ours = "552 5.3.4 Message too large" end -- RFC 1870 6.1
  if mails and s.transaction >= mails then ours = "451 4.7.0 Too many messages in this session" end -- RFC 9422
  if not is_2xx(say(s, on, "mail", asked, ours)) then return end
  set(s, "transaction", s.transaction + 1)
  set(s, "from", from)
  set(s, "rcpts", {})
  envelope(s, from.addr, nil)
end

-- RFC 5321 4.5.3.1.10 wants 452 for one too many; RFC 9422 lets us announce when that is.
local function too_many(s, on, to)
  if #s.rcpts >= (host.limit(on, "RCPTMAX") or MAX_RCPTS) then return "452 4.5.3 Too many recipients" end
  local most = host.limit(on, "RCPTDOMAINMAX")
  if not most then return end
  local seen, count = { [to.domain:lower()] = true }, 1
  for _, other in ipairs(s.rcpts) do
    local domain = other.domain:lower()
    if not seen[domain] then count = count + 1 end
    seen[domain] = true
  end
  if count > most then return "452 4.5.3 Too many recipient domains" end
end

function verbs.rcpt(s, on, to)
  if not s.from then return refuse(s, on, "503 5.5.1 MAIL first") end
  if s.chunks then return refuse(s, on, "503 5.5.1 The message has begun") end -- RFC 3030 2
  local bad = host.check_rcpt(s, on, to)
  if bad then return refuse(s, on, bad) end
  to = host.readonly(to, "address")
  local ours = too_many(s, on, to) or "250 2.1.5 Recipient ok"
  if not is_2xx(say(s, on, "rcpt", ask(s, on, "rcpt", to), ours)) then return end
  host.append(s.rcpts, to)
  envelope(s, s.from.addr, to.addr)
end

function verbs.rset(s, on)
  if is_2xx(say(s, on, "rset", ask(s, on, "rset"), "250 2.0.0 Flushed")) then host.end_transaction(s) end
end

function verbs.quit(s, on)
  say(s, on, "quit", ask(s, on, "quit"), "221 2.0.0 " .. s.host .. " Bye")
  return "gone" -- RFC 5321 4.1.1.10: the server closes after its reply
end

function verbs.noop(s, on) say(s, on, "other", nil, "250 2.0.0 Ok") end

function verbs.help(s, on) say(s, on, "other", nil, "214 2.0.0 EHLO HELO MAIL RCPT DATA RSET NOOP VRFY HELP QUIT") end

function verbs.vrfy(s, on, word) -- RFC 5321 3.5.3: "cannot verify" is an honest answer
  if word == "" then return refuse(s, on, "501 5.5.4 VRFY needs an address") end
  say(s, on, "other", nil, "252 2.5.2 Cannot verify, will take a message and try")
end

function verbs.expn(s, on) refuse(s, on, "502 5.5.1 EXPN is not implemented") end

-- RFC 5321 3.1: after a negative greeting only QUIT is served.
local function unwelcome(s, on)
  while true do
    local verb, why = s:command(COMMAND_TIMEOUT)
    if verb == "quit" then return verbs.quit(s, on) end
    if not verb and why ~= "too long" then return end
    refuse(s, on, "503 5.5.1 Only QUIT is served here")
  end
end

local function serve(s, on)
  while true do
    local verb, arg, syntax_error, line = s:command(COMMAND_TIMEOUT)
    if not verb and arg == "closed" then return end
    if not verb and arg == "timeout" then
      return say(s, on, "other", nil, "421 4.4.2 " .. s.host .. " Timed out waiting for a command")
    end
    if not verb then
      refuse(s, on, "500 5.5.6 Line too long") -- RFC 5321 4.5.3.1.9
    elseif not host.knows(on, verb) then
      host.unknown(s, on, verb, arg, line)
    elseif syntax_error then
      refuse(s, on, syntax_error)
    else
      local outcome = verbs[verb](s, on, arg)
      if outcome == "gone" then return end
      if outcome == "unwelcome" then return unwelcome(s, on) end
    end
  end
end

return function(s, on)
  for _, count in ipairs { "errors", "transaction", "messages" } do set(s, count, 0) end
  if on.proxy and not host.read_proxy(s) then s:drop() end
  if not host.implicit_tls(s, on) then return end
  if on.dialogue then return on.dialogue(s) end
  local greeting = "220 " .. s.host .. (on.lmtp and " LMTP fakesmtp" or " ESMTP fakesmtp")
  if is_2xx(say(s, on, "connect", ask(s, on, "connect"), greeting)) then return serve(s, on) end
  return unwelcome(s, on)
end
