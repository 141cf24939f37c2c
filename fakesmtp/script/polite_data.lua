-- SPDX-License-Identifier: BSD-2-Clause
--- The well-behaved server, part 4: the message, by DATA (RFC 5321 4.1.1.4) or in chunks (RFC 3030), and the answer to it:
--- one, or one for each recipient (LMTP: RFC 2033 4.2; PRDR: draft-hall-prdr).

local host = ...
local ask, say, refuse, set, is_2xx, envelope = host.ask, host.say, host.refuse, host.set, host.is_2xx, host.envelope
local verbs = host.verbs

local DATA_TIMEOUT = 600 -- RFC 5321 4.5.3.2.5 and .6: the client waits as long for us

-- ---- the answer ----

local function keep(s)
  s:keep()
  set(s, "messages", s.messages + 1)
end

-- Only those who said yes get the message.
local function keep_for(s, accepted)
  if #accepted == 0 then return end
  local from = s.from.addr
  envelope(s, nil, nil)
  envelope(s, from, nil)
  for _, to in ipairs(accepted) do envelope(s, from, to.addr) end
  keep(s)
end

-- {["nobody@"] = "550 ...", ["a@b.test"] = "450 ..."}, and not a list of lines or raw().
local function is_by_recipient(reply) return type(reply) == "table" and not reply.raw and not reply[1] end

local function reply_for(s, replies, to)
  local reply = replies[to.addr]
  if reply == nil then reply = replies[to.user .. "@"] end
  if type(reply) == "function" then return reply(s, to) end
  return reply
end

local function answer_each(s, on, asked, ours)
  local accepted = {}
  for _, to in ipairs(s.rcpts) do
    local reply = asked
    if is_by_recipient(asked) then reply = reply_for(s, asked, to) end
    if is_2xx(say(s, on, "eom", reply, ours .. " <" .. to.addr .. ">")) then accepted[#accepted + 1] = to end
  end
  return accepted
end

local function answer_lmtp(s, on, asked, ours) keep_for(s, answer_each(s, on, asked, ours)) end

-- "353", then one reply for each recipient, then one for the whole: 5yz there refuses the message for all.
local function answer_prdr(s, on, asked, ours)
  say(s, on, "eom", nil, "353 Replies for each recipient follow")
  local accepted = answer_each(s, on, asked, ours)
  local whole = #accepted > 0 and "250 2.0.0 Accepted by some" or "550 5.0.0 Refused by all"
  if is_2xx(say(s, on, "eom", asked.overall, whole)) then keep_for(s, accepted) end
end

local function finish(s, on, message)
  local asked = ask(s, on, "eom", host.readonly(message, "message"))
  local most = host.max_size(s, on)
  local ours = "250 2.0.0 Accepted in session " .. s.id
  if message.too_big or (most and message.size > most) then ours = "552 5.3.4 Message too large" end -- RFC 1870 6.3
  if on.lmtp then
    answer_lmtp(s, on, asked, ours)
  elseif is_by_recipient(asked) then
    if not s.from.params.PRDR then error("eom: one reply for each recipient takes LMTP, or a client that asked for PRDR", 0) end
    answer_prdr(s, on, asked, ours)
  elseif is_2xx(say(s, on, "eom", asked, ours)) then
    keep(s)
  end
  host.end_transaction(s)
end

-- ---- DATA ----

local function out_of_order(s)
  if not s.from then return "503 5.5.1 MAIL first" end
  if #s.rcpts == 0 then return "554 5.5.1 No valid recipients" end -- or 503: RFC 5321 3.3
end

function verbs.data(s, on)
  local bad = out_of_order(s)
    or s.chunks and "503 5.5.1 DATA cannot follow BDAT" -- RFC 3030 2
    or s.from.body == "BINARYMIME" and "503 5.5.1 BINARYMIME needs BDAT" -- RFC 3030 3
  if bad then return refuse(s, on, bad) end
  local code = say(s, on, "data", ask(s, on, "data"), "354 End data with <CR><LF>.<CR><LF>")
  if code < 300 or code > 399 then return end
  local message, why = s:data(DATA_TIMEOUT)
  if not message then return host.gone(s, on, "data", why) end
  return finish(s, on, message)
end

-- ---- BDAT ----

-- RFC 3030 2: what the client announced it sends, whatever we think of it; nobody may take it for commands.
local function swallow(s, on, chunk, asked, ours)
  local taken, why = host.chunk(s, chunk.size, true, chunk.last, true, DATA_TIMEOUT)
  if not taken then return host.gone(s, on, "data", why) end
  if not asked then return refuse(s, on, ours) end
  say(s, on, "data", asked)
  if s.from then set(s, "chunks", "failed") end
  if chunk.last then host.end_transaction(s) end
end

-- A chunk in the middle: 250, unless the scenario or the size says otherwise.
local function more(s, on, chunk, message, asked)
  local most = host.max_size(s, on)
  local ours = "250 2.0.0 " .. chunk.size .. " octets received"
  if message.too_big or (most and message.size > most) then ours = "552 5.3.4 Message too large" end
  if say(s, on, "data", asked, ours) >= 400 then set(s, "chunks", "failed") end
end

function verbs.bdat(s, on, chunk)
  local bad = out_of_order(s) or s.chunks == "failed" and "503 5.5.1 This transaction has failed, RSET first"
  if bad then return swallow(s, on, chunk, nil, bad) end
  local number = (s.chunks or 0) + 1
  local asked = ask(s, on, "data", { number = number, size = chunk.size, last = chunk.last })
  local code = host.code_of(asked)
  if code and code >= 400 then return swallow(s, on, chunk, asked) end
  local message, why = host.chunk(s, chunk.size, number == 1, chunk.last, false, DATA_TIMEOUT)
  if not message then return host.gone(s, on, "data", why) end
  set(s, "chunks", number)
  if chunk.last then return finish(s, on, message) end
  more(s, on, chunk, message, asked)
end
