-- SPDX-License-Identifier: BSD-2-Clause
--- The well-behaved server, part 5: who the client says it speaks for. XCLIENT as Postfix documents it, and the PROXY
--- protocol of HAProxy. Both change s.peer and s.ip; whoever asks for them trusts his client.

local host = ...
local ask, say, refuse, set = host.ask, host.say, host.refuse, host.set

local PROXY_TIMEOUT = 60 -- the specification says 3 seconds at least (2)

local ATTRIBUTES = {
  NAME = true, ADDR = true, PORT = true, PROTO = true, HELO = true, LOGIN = true, DESTADDR = true, DESTPORT = true,
}

local function set_peer(s, ip, port)
  set(s, "ip", ip)
  set(s, "peer", (ip:find(":", 1, true) and "[" .. ip .. "]" or ip) .. ":" .. port)
end

-- "NAME=mail.example ADDR=192.0.2.1": values are xtext; [UNAVAILABLE] and [TEMPUNAVAIL] say nothing.
local function read_attributes(arg)
  local facts = {}
  for word in arg:gmatch("%S+") do
    local name, coded = word:match("^(%a+)=(.*)$")
    local value = name and host.unxtext(coded)
    if not value or value == "" or not ATTRIBUTES[name:upper()] then return end
    facts[name:upper()] = value
  end
  return facts
end

local function said(value)
  local upper = value and value:upper()
  if upper ~= "[UNAVAILABLE]" and upper ~= "[TEMPUNAVAIL]" then return value end
end

function host.verbs.xclient(s, on, arg)
  if s.from then return refuse(s, on, "503 5.5.1 Not within a transaction") end
  local facts = read_attributes(arg)
  if not facts then return refuse(s, on, "501 5.5.4 Bad XCLIENT attribute") end
  host.forget_client(s)
  set(s, "xclient", facts)
  local ip = said(facts.ADDR)
  if ip or said(facts.PORT) then
    set_peer(s, ip and ip:gsub("^[Ii][Pp][Vv]6:", "") or s.ip, said(facts.PORT) or 0)
  end
  if said(facts.LOGIN) then set(s, "auth", { mechanism = "XCLIENT", user = facts.LOGIN }) end
  -- The session begins anew, with the greeting that this client deserves.
  local code = say(s, on, "connect", ask(s, on, "connect"), "220 " .. s.host .. " ESMTP fakesmtp")
  return not host.is_2xx(code) and "unwelcome" or nil
end

-- What stands before the first byte of SMTP: 12 bytes tell which version it is.
local function read_header(s)
  local start = s:read(12, PROXY_TIMEOUT)
  if not start then return end
  if not host.proxy_is_v2(start) then
    if start:find("\n", 1, true) then return end
    local rest = s:line(PROXY_TIMEOUT)
    return rest and start .. rest, nil
  end
  local fixed = s:read(4, PROXY_TIMEOUT)
  local more = fixed and host.proxy_rest(start .. fixed)
  return more and start .. fixed, more and s:read(more, PROXY_TIMEOUT)
end

--- False: no header, or a bad one; then there is nobody to talk to ("must abort": 2).
function host.read_proxy(s)
  local head, rest = read_header(s)
  if not head then return false end
  local ip, port = host.proxy(head, rest)
  if type(ip) == "string" then set_peer(s, ip, port) end
  return ip ~= false
end
