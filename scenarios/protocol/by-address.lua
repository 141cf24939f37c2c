--- The client chooses what goes wrong by the recipient's local part: 550-5.1.1@, greylist@, eom-drop@.
--
-- A local part is one part, or several with "+" between them, which act one after another:
--
--   [STAGE-]FATE
--
-- STAGE is rcpt (which may be left out), data, eom or quit. FATE is one of
--
--   550  451  421 ...        this code; 4yz and 5yz as in RFC 5321 4.2
--   550-5.1.1  451-4.7.1     this code with this enhanced code (RFC 3463)
--   unknown  full  later  disabled  moved  spam  blocked  relay  large  busy
--                            a reply by its name, see below
--   greylist  greylist-3     the first time, or the first three times, this sender asks for this recipient: 451 4.7.1
--   wait-60                  60 seconds pass, then what comes next; tarpit is wait-30
--   stall                    nothing is said any more
--   drop  reset  finish      the connection is closed at once, reset (RST), or closed in order
--   half-close               our side is closed, and the client's is still read
--   keep                     the server has taken the message, whatever is said then: eom-keep+eom-drop
--
-- Whoever is named otherwise is served: user@. Case does not matter. In data, eom and quit the recipients that were
-- accepted are asked in their order, and the first that has something to say decides; in LMTP each has its own reply.
--
--   550-5.1.1@  wait-10+452-4.2.2@  greylist-2@  eom-552-5.3.4@  data-421@  eom-keep+eom-reset@  quit-stall@

local TEXTS = { -- by enhanced code, for what the client asked for by number
  ["5.1.1"] = "User unknown", ["5.1.2"] = "Host unknown", ["5.1.3"] = "Bad address syntax",
  ["5.1.6"] = "The mailbox has moved", ["5.1.10"] = "Recipient domain has a null MX",
  ["5.2.1"] = "Mailbox disabled", ["4.2.1"] = "Mailbox disabled for now",
  ["5.2.2"] = "Mailbox full", ["4.2.2"] = "Mailbox full", ["5.2.3"] = "Message too large for this mailbox",
  ["4.3.1"] = "Insufficient system storage", ["4.3.2"] = "System not accepting messages", ["5.3.4"] = "Message too large",
  ["4.4.5"] = "System overloaded", ["4.5.3"] = "Too many recipients", ["5.5.1"] = "Bad sequence of commands",
  ["5.6.0"] = "Message content rejected", ["5.7.1"] = "Rejected by local policy",
  ["4.7.1"] = "Greylisted, try again later", ["5.7.26"] = "Mail from this domain is not authenticated",
}

local NAMES = {
  unknown = "550 5.1.1 User unknown", full = "452 4.2.2 Mailbox full", later = "450 4.2.0 Try again later",
  disabled = "550 5.2.1 Mailbox disabled", moved = "551 5.1.6 The mailbox has moved",
  spam = "550 5.7.1 Message rejected as spam", blocked = "554 5.7.1 Your IP address is on a blocklist",
  relay = "550 5.7.1 Relaying denied", large = "552 5.3.4 Message too large",
  busy = "421 4.3.2 System too busy, closing",
}

local STAGES = { rcpt = true, data = true, eom = true, quit = true }

local asked = {} -- sender, recipient and part -> how often

local function greylisted(s, to, part, times)
  local key = s.from.addr:lower() .. " " .. to.addr:lower() .. " " .. part
  asked[key] = (asked[key] or 0) + 1
  if asked[key] <= times then return "451 4.7.1 <" .. to.addr .. ">: Greylisted, try again later" end
end

local function coded(to, code, enhanced)
  local text = TEXTS[enhanced] or "This is what the recipient asked for"
  return code .. " " .. (enhanced and enhanced .. " " or "") .. "<" .. to.addr .. ">: " .. text
end

--- Verbs by the word that calls them.
local VERBS = {
  stall = function(s) s:stall() end,
  drop = function(s) s:drop() end,
  reset = function(s) s:reset() end,
  finish = function(s) s:finish() end,
  ["half-close"] = function(s) s:half_close() end,
  keep = function(s) s:keep() end,
}

--- What one part says; nil when it only does something, or means nothing.
local function fate(s, to, part)
  local code, rest = part:match("^([2-5][0-5]%d)(.*)$")
  local enhanced = code and rest:match("^%-([245]%.%d+%.%d+)$")
  if code and (rest == "" or enhanced) then return coded(to, code, enhanced) end
  if NAMES[part] then return (NAMES[part]:gsub("^(%d+ %S+) ", "%1 <" .. to.addr:gsub("%%", "%%%%") .. ">: ")) end
  local word, number = part:match("^(%a+)%-?(%d*)$")
  if word == "greylist" then return greylisted(s, to, part, tonumber(number) or 1) end
  if word == "wait" or word == "tarpit" then s:sleep(math.min(tonumber(number) or 30, days(30))) end
  if VERBS[part] then VERBS[part](s) end
end

--- Goes through the parts of a local part that are about this stage.
local function answer(s, to, stage)
  for part in to.user:lower():gmatch("[^+]+") do
    local of, rest = part:match("^(%a+)%-(.+)$")
    if not STAGES[of] then of, rest = "rcpt", part end
    local reply = of == stage and fate(s, to, rest)
    if reply then return reply end
  end
end

local function answer_all(s, stage)
  for _, to in ipairs(s.rcpts or {}) do
    local reply = answer(s, to, stage)
    if reply then return reply end
  end
end

--- LMTP (RFC 2033 4.2) has a reply for each recipient after the data.
local function answer_each(s)
  local replies = {}
  for _, to in ipairs(s.rcpts) do
    replies[to.addr] = function() return answer(s, to, "eom") end
  end
  return replies
end

return {
  source = "RFC 5321 3.3: each RCPT is answered for itself; test servers such as BadSMTP are steered by it, too",

  rcpt = function(s, to) return answer(s, to, "rcpt") end,
  data = function(s) return answer_all(s, "data") end,
  eom = function(s)
    if (s.protocol or ""):find("^LMTP") then return answer_each(s) end
    return answer_all(s, "eom")
  end,
  quit = function(s) return answer_all(s, "quit") end,

  send = { to = { "user", "550-5.1.1", "452-4.2.2", "greylist", "wait-2+disabled" } },
  expect = {
    bounce = {
      ["user@"] = none,
      ["greylist@"] = none,
      ["550-5.1.1@"] = {
        reason = "user-unknown", stage = "rcpt", reply = "550", status = "5.1.1", permanent = true, expired = false,
      },
      ["452-4.2.2@"] = { reason = "mailbox-full", stage = "rcpt", reply = "452", permanent = false, expired = true },
      ["wait-2+disabled@"] = {
        reason = "mailbox-disabled", stage = "rcpt", reply = "550", permanent = true, expired = false,
      },
    },
    delivered = {
      ["user@"] = 1, ["greylist@"] = 1, ["550-5.1.1@"] = 0, ["452-4.2.2@"] = 0, ["wait-2+disabled@"] = 0,
    },
    client = {
      attempts = at_least(2),
      asked = { ["550-5.1.1@"] = 1, ["wait-2+disabled@"] = 1, ["greylist@"] = at_least(2), ["452-4.2.2@"] = at_least(2) },
      duplicates = 0,
    },
  },
}
