-- SPDX-License-Identifier: BSD-2-Clause
--- The well-behaved server, part 2: EHLO, HELO and LHLO, the extensions, and the parameters that come with them.
--
-- `extensions` of a scenario: true or a value (announced and served), false (neither), "announced" (a lie: what belongs
-- to it is refused as unknown) or "hidden" (served to whoever knows).

local host = ...
local ask, say, refuse, set, is_2xx = host.ask, host.say, host.refuse, host.set, host.is_2xx
local verbs = host.verbs

local DEFAULT = { PIPELINING = true, SIZE = true, ["8BITMIME"] = true, ENHANCEDSTATUSCODES = true, DSN = true }
local ORDER = {
  "PIPELINING", "SIZE", "8BITMIME", "SMTPUTF8", "ENHANCEDSTATUSCODES", "DSN", "CHUNKING", "BINARYMIME", "AUTH", "LIMITS",
  "PRDR", "STARTTLS", "XCLIENT", "VRFY", "EXPN", "HELP",
}
local LIMITS = { "RCPTMAX", "MAILMAX", "RCPTDOMAINMAX" }
local XCLIENT = "NAME ADDR PORT PROTO HELO LOGIN DESTADDR DESTPORT"

--- What the scenario says of an extension, or what is usual.
local function setting(on, name)
  local said = on.ext and on.ext[name]
  if said ~= nil then return said end
  if name == "AUTH" and (on.users or on.auth) then return true end -- who speaks of users wants them to log in
  if name == "STARTTLS" then return host.offers_tls(on) end
  return DEFAULT[name]
end

function host.served(on, name)
  local value = setting(on, name)
  return value and value ~= "announced"
end

function host.announced(on, name)
  local value = setting(on, name)
  return value and value ~= "hidden"
end

function host.mechanisms(on)
  local value = setting(on, "AUTH")
  return type(value) == "table" and value or { "PLAIN", "LOGIN" }
end

--- The largest message, or nil for no limit: SIZE 0 says that there is none (RFC 1870 4).
function host.max_size(s, on)
  local value = setting(on, "SIZE")
  if type(value) ~= "number" then return s.max_size end
  return value > 0 and value or nil
end

--- A number of LIMITS (RFC 9422), or nil.
function host.limit(on, name)
  local value = setting(on, "LIMITS")
  return type(value) == "table" and value[name] or nil
end

local function words(s, on, name)
  if name == "SIZE" then return "SIZE " .. (host.max_size(s, on) or 0) end
  if name == "AUTH" then return "AUTH " .. table.concat(host.mechanisms(on), " ") end
  if name == "XCLIENT" then return "XCLIENT " .. XCLIENT end
  if name ~= "LIMITS" then return name end
  local text = "LIMITS"
  for _, limit in ipairs(LIMITS) do
    if host.limit(on, limit) then text = text .. " " .. limit .. "=" .. host.limit(on, limit) end
  end
  return text
end

local function greeting(s, on)
  local lines = { "250 " .. s.host }
  for _, name in ipairs(ORDER) do
    local again = name == "STARTTLS" and s.tls -- RFC 3207 4.2: not once TLS is up
    if host.announced(on, name) and not again then lines[#lines + 1] = "250 " .. words(s, on, name) end
  end
  for _, extra in ipairs(on.extra or {}) do lines[#lines + 1] = "250 " .. extra end
  return lines
end

-- RFC 5321 4.1.1.1. When it is refused the state stays as it is; when not it is also a RSET (4.1.4).
local function hello(s, on, name, verb, protocol, ours)
  if not is_2xx(say(s, on, "ehlo", ask(s, on, "ehlo", name, verb), ours)) then return end
  host.end_transaction(s)
  set(s, "helo", name)
  set(s, "esmtp", protocol ~= "SMTP")
  host.name_protocol(s, protocol)
end

function verbs.ehlo(s, on, name) hello(s, on, name, "EHLO", "ESMTP", greeting(s, on)) end

function verbs.helo(s, on, name) hello(s, on, name, "HELO", "SMTP", "250 " .. s.host) end

function verbs.lhlo(s, on, name) hello(s, on, name, "LHLO", "LMTP", greeting(s, on)) end -- RFC 2033 4.1

-- ---- parameters: RFC 5321 4.1.1.11 says 555 to what was not announced ----

local MAIL = {
  SIZE = "SIZE", BODY = "8BITMIME", RET = "DSN", ENVID = "DSN", AUTH = "AUTH", SMTPUTF8 = "SMTPUTF8", PRDR = "PRDR",
}
local RCPT = { NOTIFY = "DSN", ORCPT = "DSN" }

local function bad_param(s, on, verb, params, known)
  for name, value in pairs(params) do
    local extension = known[name]
    if name == "BODY" and value ~= true and value:upper() == "BINARYMIME" then extension = "BINARYMIME" end
    if not s.esmtp or not extension or not host.served(on, extension) then
      return "555 5.5.4 Unsupported parameter " .. name
    end
    local problem = host.param_problem(verb, name, value)
    if problem then return problem end
  end
end

-- RFC 6531 3.4: addresses beyond ASCII only in a transaction that began with SMTPUTF8.
local function bad_charset(path, utf8_allowed)
  if not path.addr:find("[\x80-\xff]") then return end
  if not utf8_allowed then return "553 5.6.7 Addresses beyond ASCII need SMTPUTF8" end
  if not utf8.len(path.addr) then return "553 5.6.7 The address is not UTF-8" end
end

--- Takes apart what DSN says (RFC 3461), for scripts: from.ret, from.envid, to.notify (a list), to.orcpt {type=, addr=}.
local function read_dsn(path)
  local params = path.params
  path.ret = params.RET and params.RET:upper()
  path.envid = params.ENVID and host.unxtext(params.ENVID)
  if params.NOTIFY then
    path.notify = {}
    for word in params.NOTIFY:gmatch("[^,]+") do path.notify[#path.notify + 1] = word:upper() end
  end
  if params.ORCPT then
    local kind, addr = params.ORCPT:match("^([^;]+);(.*)$")
    path.orcpt = { type = kind:lower(), addr = host.unxtext(addr) or addr }
  end
end

--- nil, or the reply to what cannot be accepted of MAIL's path and parameters; says what they mean otherwise.
function host.check_mail(s, on, from)
  local bad = bad_param(s, on, "mail", from.params, MAIL) or bad_charset(from, from.params.SMTPUTF8)
  if bad then return bad end
  read_dsn(from)
  from.size = tonumber(from.params.SIZE)
  from.body = from.params.BODY and from.params.BODY:upper()
end

function host.check_rcpt(s, on, to)
  local bad = bad_param(s, on, "rcpt", to.params, RCPT) or bad_charset(to, s.from.params.SMTPUTF8)
  if bad then return bad end
  read_dsn(to)
end

-- A verb is as unknown as its extension; RFC 2033 4.1 knows neither EHLO nor HELO, and RFC 5321 no LHLO.
local NEEDS = { auth = "AUTH", bdat = "CHUNKING", starttls = "STARTTLS", xclient = "XCLIENT" }

--- Is this verb served here? If not, is it one that was announced all the same?
function host.knows(on, verb)
  if verb == "lhlo" then return on.lmtp end
  if verb == "ehlo" or verb == "helo" then return not on.lmtp end
  local extension = NEEDS[verb]
  if not extension then return verbs[verb] ~= nil end
  return verbs[verb] and host.served(on, extension), host.announced(on, extension)
end

--- What nobody answers: 500 for what we never heard of, 502 for what we might know (RFC 5321 4.2.4).
function host.unknown(s, on, verb, arg, line)
  local _, promised = host.knows(on, verb)
  if verb == "bdat" and promised and type(arg) == "table" then host.chunk(s, arg.size, true, true, true, 600) end
  local asked = ask(s, on, "other", line)
  if asked then return say(s, on, "other", asked) end
  refuse(s, on, promised and "502 5.5.1 Command not implemented" or "500 5.5.2 Command not recognised")
end
