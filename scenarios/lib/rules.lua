--- The table form: a scenario as rows of conditions and what happens when they hold.
--
--   local rules = require "rules"
--   return rules {
--     { at = "rcpt", to = "nobody@*", reply = "550 5.1.1 No such user" },
--     { at = "rcpt", to = "grey@*", first = 1, by = "to", reply = "451 4.7.1 Greylisted" },
--     { at = "rcpt", to = "tarpit@*", wait = 30 },
--     { at = "eom", to = "rst@*", reset = true },
--     expect = { ... },              -- the other keys of a scenario stand beside the rows
--   }
--
-- The rows of a stage are tried from top to bottom. One that only waits, shapes or keeps goes on to the next; the first
-- that replies or ends the connection decides. When none does, the server behaves.
--
-- Conditions, all of which must hold:
--   at        the stage: connect ehlo starttls auth mail rcpt data eom rset quit other. Always needed
--   to        the recipient, "*" for anything and "?" for one character. In rcpt this one, after it one of those accepted
--   from      the reverse-path; "" is that of bounces (from mail on)
--   helo      the name of EHLO or HELO (from ehlo on)
--   peer      the client's IP address
--   host      which host of mx, by its label: "mx1"
--   size      so many bytes or more: as announced in mail, as received in eom
--   first, after, every   the first n times; all but those; the n-th, 2n-th, ... time
--   by        what is counted apart: "connection", "peer", "helo", "from", "to" or "pair" (of from and to)
--   during    the first seconds since the row was asked for the first time
--   chance    with this probability (s:chance)
-- A time counts when all conditions that do not count hold.
--
-- What happens, in this order:
--   keep = true            the server has taken the message (in eom)
--   drip, split            as s:drip and s:split
--   wait                   seconds
--   send                   exactly these bytes
--   reply                  a reply, a list of lines, or raw()
--   stall, drop, reset, finish, half_close = true   how it ends

local _, loader = ...
local fate = require "fate"

local STAGES = { "connect", "ehlo", "starttls", "auth", "mail", "rcpt", "data", "eom", "rset", "quit", "other" }
local rank = {}
for i, stage in ipairs(STAGES) do rank[stage] = i end

local KEYS = {
  "at", "to", "from", "helo", "peer", "host", "size", "first", "after", "every", "by", "during", "chance", "keep", "drip",
  "split", "wait", "send", "reply", "stall", "drop", "reset", "finish", "half_close",
}
local ENDINGS = { "stall", "drop", "reset", "finish" }
local COUNTS = { "first", "after", "every" }
local BY = {
  connection = fate.by_connection, peer = fate.by_ip, helo = fate.by_helo, from = fate.by_sender, to = fate.by_rcpt,
  pair = fate.by_pair,
}
--- From which stage on something is known.
local KNOWN_FROM = { to = "rcpt", from = "mail", helo = "ehlo" }
--- The values that each key may have.
local KINDS = {
  at = "string", to = "string", from = "string", helo = "string", peer = "string", host = "string", by = "string",
  size = "number", first = "number", after = "number", every = "number", during = "number", chance = "number",
  wait = "number", send = "string", keep = "boolean", stall = "boolean", drop = "boolean", reset = "boolean",
  finish = "boolean", half_close = "boolean", drip = "table", split = "table",
}

-- ---- what can be wrong with a row ----

local function complain(n, what)
  error(loader.place("at", n) .. ": row " .. n .. ": " .. what, 0)
end

local function set_of(list)
  local set = {}
  for _, word in ipairs(list) do set[word] = true end
  return set
end

local known = set_of(KEYS)

local function check_keys(n, row)
  for key, value in pairs(row) do
    if not known[key] then
      local near = loader.nearest(tostring(key), KEYS)
      complain(n, "unknown key '" .. tostring(key) .. "'" .. (near and " (did you mean '" .. near .. "'?)" or ""))
    end
    local kind = KINDS[key]
    if kind and type(value) ~= kind then complain(n, key .. " is a " .. kind .. ", not a " .. type(value)) end
    if kind == "number" and value < 0 then complain(n, key .. " is a number from 0 up") end
  end
end

local function check_at(n, row)
  if row.at == nil then complain(n, "no `at`: which stage is it about?") end
  if not rank[row.at] then
    local near = loader.nearest(row.at, STAGES)
    complain(n, "unknown stage '" .. row.at .. "'" .. (near and " (did you mean '" .. near .. "'?)" or ""))
  end
  for key, stage in pairs(KNOWN_FROM) do
    if row[key] and rank[row.at] < rank[stage] then complain(n, key .. " is not known before " .. stage) end
  end
  if row.size and row.at ~= "mail" and row.at ~= "eom" then complain(n, "size is known in mail and in eom") end
  if row.keep and row.at ~= "eom" then complain(n, "keep belongs into eom") end
end

local function check_counts(n, row)
  local counts = 0
  for _, key in ipairs(COUNTS) do counts = counts + (row[key] and 1 or 0) end
  if counts > 1 then complain(n, "one of first, after and every") end
  if row.every == 0 then complain(n, "every is a number from 1 up") end
  if row.by and counts == 0 then complain(n, "by says what is counted: first, after or every is missing") end
  if row.by and not BY[row.by] then complain(n, "by is connection, peer, helo, from, to or pair") end
  if (row.by == "to" or row.by == "pair") and row.at ~= "rcpt" then complain(n, "by = \"" .. row.by .. "\" belongs into rcpt") end
  if row.by == "from" and rank[row.at] < rank.mail then complain(n, "from is not known before mail") end
  if row.chance and row.chance > 1 then complain(n, "chance is a probability from 0 to 1") end
end

local function check_actions(n, row)
  local endings = 0
  for _, key in ipairs(ENDINGS) do endings = endings + (row[key] and 1 or 0) end
  if endings > 1 then complain(n, "one of stall, drop, reset and finish") end
  if row.reply ~= nil then
    local problem = loader.reply_problem(row.reply)
    if problem then complain(n, "reply: " .. problem) end
  end
  if endings == 0 and row.reply == nil and not (row.keep or row.drip or row.split or row.wait or row.send or row.half_close)
  then
    complain(n, "nothing happens: write reply, wait, drop or another of its actions")
  end
end

-- ---- a row as a handler ----

local function host_is(label)
  return function(s) return s.host:match("^[^.]*") == label end
end

local function conditions_of(row)
  local list = {}
  local function add(value, condition)
    if value ~= nil then list[#list + 1] = condition end
  end
  add(row.host, row.host and host_is(row.host))
  add(row.peer, row.peer and fate.peer(row.peer))
  add(row.helo, row.helo and fate.helo(row.helo))
  add(row.from, row.from and fate.from(row.from))
  add(row.to, row.to and fate.to(row.to))
  add(row.size, row.size and fate.bytes(row.size))
  add(row.during, row.during and fate.during(row.during))
  add(row.chance, row.chance and fate.chance(row.chance))
  for _, key in ipairs(COUNTS) do add(row[key], row[key] and fate[key](row[key], BY[row.by])) end -- last: they count
  return fate.all(list)
end

--- True when the row has said what is to be said: no other row is asked.
local function act(s, row)
  if row.keep then s:keep() end
  if row.drip then s:drip(row.drip) end
  if row.split then s:split(row.split) end
  if row.wait then s:sleep(row.wait) end
  if row.send then s:send(row.send) end
  if row.half_close and not row.reply then s:half_close() end
  for _, ending in ipairs(ENDINGS) do
    if row[ending] then
      if row.reply then s:reply(row.reply) end
      if row.half_close then s:half_close() end
      s[ending](s)
    end
  end
  return row.reply
end

local function handler_of(rows)
  local list = {}
  for i, row in ipairs(rows) do list[i] = { row = row, holds = conditions_of(row) } end
  return function(s, ...)
    for _, one in ipairs(list) do
      local reply = one.holds(s, ...) and act(s, one.row)
      if reply then return reply end
    end
  end
end

return function(form)
  local by_stage, scenario = {}, {}
  for n, row in ipairs(form) do
    if type(row) ~= "table" then complain(n, "a row is a table { at = \"rcpt\", ... }, not a " .. type(row)) end
    check_keys(n, row)
    check_at(n, row)
    check_counts(n, row)
    check_actions(n, row)
    by_stage[row.at] = by_stage[row.at] or {}
    table.insert(by_stage[row.at], row)
  end
  for key, value in pairs(form) do
    if type(key) ~= "number" then
      if by_stage[key] then error(loader.place(key, 0) .. ": the rows say already what happens at " .. key, 0) end
      scenario[key] = value
    end
  end
  for stage, rows in pairs(by_stage) do scenario[stage] = handler_of(rows) end
  return scenario
end
