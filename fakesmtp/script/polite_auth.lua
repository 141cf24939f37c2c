-- SPDX-License-Identifier: BSD-2-Clause
--- The well-behaved server, part 3: AUTH (RFC 4954) and the mechanisms PLAIN, LOGIN, CRAM-MD5, SCRAM-SHA-256, XOAUTH2.
--
-- Without `users` anybody logs in whose password (or token) is "password". The handler `auth` is asked at each message
-- of the client: auth.mechanism, auth.step (1 is the command itself), auth.user once it is known, and with the last
-- message auth.ok, whether the credentials are right. What it answers ends the exchange, unless that is a 334.

local host = ...
local ask, say, refuse, set, is_2xx = host.ask, host.say, host.refuse, host.set, host.is_2xx
local base64, unbase64 = host.base64, host.unbase64

local RESPONSE_TIMEOUT = 300 -- RFC 5321 4.5.3.2.7: as for a command

local WRONG = "535 5.7.8 Authentication credentials invalid" -- RFC 4954 6
local MALFORMED = "501 5.5.2 The response is malformed"

local function secret(on, user)
  if on.users then return on.users[user] end
  return "password"
end

-- One message of the client has come: the scenario may end it here, or say its own 334.
-- Returns true when the exchange goes on, and whether a challenge was said already.
local function consult(s, on, auth)
  local asked = ask(s, on, "auth", auth.shown)
  if not asked then return true, false end
  auth.code = say(s, on, "auth", asked)
  return auth.code >= 300 and auth.code < 400, true
end

-- What the client sends back, decoded; or nil, when it was answered or is gone.
local function response(s, on, auth)
  local line, why = s:line(RESPONSE_TIMEOUT)
  if not line and why ~= "too long" then auth.gone = host.gone(s, on, "auth", why) return end
  if not line then return refuse(s, on, "500 5.5.6 Line too long") end
  if line == "*" then return refuse(s, on, "501 5.0.0 Authentication cancelled") end -- RFC 4954 4
  local bytes = unbase64(line)
  if not bytes then return refuse(s, on, "501 5.5.2 Not base64") end
  auth.step = auth.step + 1
  return bytes
end

--- Sends a challenge and waits for what comes of it. nil: the exchange is over.
local function exchange(s, on, auth, challenge)
  local on_we_go, said = consult(s, on, auth)
  if not on_we_go then return end
  if not said then say(s, on, "auth", nil, "334 " .. base64(challenge)) end
  return response(s, on, auth)
end

-- Each returns whether the credentials are right, or nil and the reply to a malformed message; nil alone: it is over.
local mechanisms = {}

mechanisms["PLAIN"] = function(s, on, auth, initial) -- RFC 4616
  local message = initial or exchange(s, on, auth, "")
  if not message then return end
  local user, password = host.plain(message)
  if not user then return nil, MALFORMED end
  auth.user = user
  return password == secret(on, user)
end

mechanisms["LOGIN"] = function(s, on, auth, initial) -- draft-murchison-sasl-login
  auth.user = initial or exchange(s, on, auth, "Username:")
  if not auth.user then return end
  local password = exchange(s, on, auth, "Password:")
  if not password then return end
  return password == secret(on, auth.user)
end

mechanisms["CRAM-MD5"] = function(s, on, auth, initial) -- RFC 2195
  if initial then return nil, "501 5.7.0 In CRAM-MD5 the server speaks first" end -- RFC 4954 4
  local challenge = ("<%d.%d@%s>"):format(s.id, math.floor(s:now() * 1000), s.host)
  local message = exchange(s, on, auth, challenge)
  if not message then return end
  local user, digest = message:match("^(.+) (%x+)$")
  if not user then return nil, MALFORMED end
  auth.user = user
  local password = secret(on, user)
  return password ~= nil and digest:lower() == host.cram_md5(password, challenge)
end

mechanisms["SCRAM-SHA-256"] = function(s, on, auth, initial) -- RFC 7677, RFC 5802
  local first = initial or exchange(s, on, auth, "")
  if not first then return end
  local nonce, salt = ("%d.%d"):format(s.id, math.floor(s:now() * 1000)), "salt of " .. s.host
  local server_first, user = host.scram_first(first, nonce, salt)
  if not server_first then return nil, MALFORMED end
  auth.user = user
  local final = exchange(s, on, auth, server_first)
  if not final then return end
  local password = secret(on, user)
  local result, server_final = host.scram_final(first, nonce, salt, final, password or "")
  if result == "malformed" then return nil, MALFORMED end
  if result == "wrong" or not password then return false end
  local last = exchange(s, on, auth, server_final) -- the client has to see that we know it too: RFC 5802 3
  if not last then return end
  return last == "" or nil, MALFORMED
end

mechanisms["XOAUTH2"] = function(s, on, auth, initial)
  local message = initial or exchange(s, on, auth, "")
  if not message then return end
  local user, token = host.xoauth2(message)
  if not user then return nil, MALFORMED end
  auth.user = user
  if token == secret(on, user) then return true end
  -- the provider says why in a challenge, and the client answers with nothing
  if not exchange(s, on, auth, '{"status":"401","schemes":"Bearer","scope":"https://mail.example/"}') then return end
  return false
end

local function offered(on, name)
  for _, known in ipairs(host.mechanisms(on)) do
    if known == name then return mechanisms[name] end
  end
end

-- "=" is an initial response of no bytes (RFC 4954 4).
local function initial_response(text)
  if text == "" then return nil end
  if text == "=" then return "" end
  return unbase64(text), "501 5.5.2 Not base64"
end

local function conclude(s, on, auth, right)
  auth.ok = right
  local ours = right and "235 2.7.0 Authentication successful" or WRONG
  local code = say(s, on, "auth", ask(s, on, "auth", auth.shown), ours)
  if not is_2xx(code) then return end
  set(s, "auth", { mechanism = auth.mechanism, user = auth.user })
  host.name_protocol(s, on.lmtp and "LMTP" or "ESMTP")
end

function host.verbs.auth(s, on, arg)
  if not s.helo or not s.esmtp then return refuse(s, on, "503 5.5.1 EHLO first") end
  if s.auth then return refuse(s, on, "503 5.5.1 Authenticated already") end -- RFC 4954 4
  if s.from then return refuse(s, on, "503 5.5.1 Not within a transaction") end
  local name, rest = arg:match("^(%S+)%s*(.*)$")
  local auth = { mechanism = name:upper(), step = 1 }
  auth.shown = host.readonly(auth, "fact")
  local mechanism = offered(on, auth.mechanism)
  if not mechanism then return refuse(s, on, "504 5.5.4 Unknown authentication mechanism") end
  local initial, bad = initial_response(rest)
  if bad and not initial then return refuse(s, on, bad) end
  local right, malformed = mechanism(s, on, auth, initial)
  if auth.gone then return auth.gone end
  if right == nil and malformed then return refuse(s, on, malformed) end
  if right ~= nil then return conclude(s, on, auth, right) end
  if auth.code and is_2xx(auth.code) then -- the scenario let it in before we had seen the whole
    set(s, "auth", { mechanism = auth.mechanism, user = auth.user })
    host.name_protocol(s, on.lmtp and "LMTP" or "ESMTP")
  end
end
