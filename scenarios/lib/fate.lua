--- Who fails, and when: conditions to put together, and handlers made of them.
--
--   local fate = require "fate"
--   return {
--     rcpt = fate.when(fate.to "nobody@*", "550 5.1.1 No such user"),
--     eom = fate.when(fate.all { fate.first(2), fate.bytes(10000) }, "451 4.3.0 Try again later"),
--   }
--
-- A condition is a function of the session and of what its handler is given (an address, a message, a name). Whatever
-- looks at the recipient belongs into `rcpt`, at the size into `mail` or `eom`; the others fit everywhere. Counts live
-- as long as the server does and are those of the whole scenario, unless a key says of what.

local fate = {}

-- ---- from conditions to handlers ----

--- Answers when the condition holds, and behaves otherwise. The answer is a reply, a list of lines, raw(), or a function.
--   data = fate.when(fate.chance(0.1), function(s) s:reset() end)
function fate.when(condition, answer)
  return function(s, ...)
    if not condition(s, ...) then return nil end
    if type(answer) == "function" then return answer(s, ...) end
    return answer
  end
end

--- The first handler that has something to say is heard.
--   rcpt = fate.one_of { fate.when(fate.to "full@*", "452 4.2.2 Full"), fate.when(fate.every(3), "451 4.3.0 Later") }
function fate.one_of(handlers)
  return function(s, ...)
    for _, handler in ipairs(handlers) do
      local answer = handler(s, ...)
      if answer ~= nil then return answer end
    end
  end
end

--- One answer after another, then good behaviour; false in the list is good behaviour, too, and functions are asked.
--   mail = fate.in_turn { "451 4.3.0 Not now", false, function(s) s:drop() end, "421 4.3.2 Going down" }
--   rcpt = fate.in_turn({ "450 4.2.0 Later", "550 5.1.1 Never" }, fate.by_rcpt)
function fate.in_turn(answers, key)
  local count = fate.counter(key)
  return function(s, subject, ...)
    local answer = answers[count(s, subject)]
    if type(answer) == "function" then return answer(s, subject, ...) end
    if answer then return answer end
  end
end

-- ---- putting conditions together ----

--- All of them. Each is asked only if those before it hold, so a count that stands last counts just those cases.
--   rcpt = fate.when(fate.all { fate.to "grey@*", fate.first(1) }, "451 4.7.1 Greylisted")
function fate.all(conditions)
  return function(...)
    for _, condition in ipairs(conditions) do
      if not condition(...) then return false end
    end
    return true
  end
end

--- One of them at least.
--   mail = fate.when(fate.any { fate.from "", fate.from "*@spam.test" }, "550 5.7.1 Not from you")
function fate.any(conditions)
  return function(...)
    for _, condition in ipairs(conditions) do
      if condition(...) then return true end
    end
    return false
  end
end

--- The opposite.
--   rcpt = fate.when(fate.no(fate.to "postmaster*"), "550 5.1.1 Only postmaster is at home")
function fate.no(condition)
  return function(...) return not condition(...) end
end

-- ---- counting: of what? ----

--- Keys for the counts below: each connection, client, sender, recipient, or pair of both has a count of its own.
function fate.by_connection(s) return s.id end
function fate.by_ip(s) return s.ip end
function fate.by_helo(s) return (s.helo or ""):lower() end
function fate.by_sender(s, from) return ((s.from or from).addr):lower() end
function fate.by_rcpt(_, to) return to.addr:lower() end
function fate.by_pair(s, to) return s.from.addr:lower() .. " " .. to.addr:lower() end

--- How many-th time is this, for this key? For conditions of your own.
--   local nth = fate.counter(fate.by_ip)
--   connect = function(s) if nth(s) % 2 == 0 then return "421 4.3.2 Every other time" end end
function fate.counter(key)
  local counts = {}
  return function(s, subject)
    local of = key and key(s, subject) or ""
    counts[of] = (counts[of] or 0) + 1
    return counts[of]
  end
end

--- The first n times.
--   rcpt = fate.when(fate.first(1, fate.by_pair), "451 4.7.1 Greylisted")
--   connect = fate.when(fate.first(3), "421 4.3.2 Starting up")
function fate.first(n, key)
  local count = fate.counter(key)
  return function(s, subject) return count(s, subject) <= n end
end

--- From then on: all but the first n times.
--   eom = fate.when(fate.after(10), "452 4.3.1 The disk is full by now")
function fate.after(n, key)
  local count = fate.counter(key)
  return function(s, subject) return count(s, subject) > n end
end

--- Every n-th time: the n-th, the 2n-th, ...
--   data = fate.when(fate.every(4), "451 4.3.0 Every fourth time")
function fate.every(n, key)
  local count = fate.counter(key)
  return function(s, subject) return count(s, subject) % n == 0 end
end

-- ---- by what the client said ----

-- "*" stands for anything, "?" for one character; case does not matter.
local function glob(pattern)
  local lua = pattern:lower():gsub("[%^%$%(%)%%%.%[%]%+%-]", "%%%0"):gsub("%*", ".*"):gsub("%?", ".")
  return function(text) return text ~= nil and text:lower():find("^" .. lua .. "$") ~= nil end
end

--- The name in EHLO or HELO; in the handler ehlo itself, too.
--   mail = fate.when(fate.helo "localhost*", "550 5.7.1 You are not localhost")
function fate.helo(pattern)
  local matches = glob(pattern)
  return function(s, name) return matches(type(name) == "string" and name or s.helo) end
end

--- The client's IP address.
--   connect = fate.when(fate.peer "192.0.2.*", "554 5.7.1 Not from there")
function fate.peer(pattern)
  local matches = glob(pattern)
  return function(s) return matches(s.ip) end
end

--- The address in MAIL FROM; "" is the null reverse-path of bounces.
--   rcpt = fate.when(fate.from "", "550 5.7.1 No bounces here")
function fate.from(pattern)
  local matches = glob(pattern)
  return function(s, subject)
    local from = s.from or subject
    return type(from) == "table" and matches(from.addr)
  end
end

--- In rcpt: this recipient. Elsewhere: one of those accepted so far.
--   eom = fate.when(fate.to "drop@*", function(s) s:drop() end)
function fate.to(pattern)
  local matches = glob(pattern)
  return function(s, subject)
    if type(subject) == "table" and rawget(subject, "addr") then return matches(subject.addr) end
    for _, to in ipairs(s.rcpts or {}) do
      if matches(to.addr) then return true end
    end
    return false
  end
end

-- ---- by how much there is of it ----

--- So many recipients were accepted in this transaction, or more.
--   rcpt = fate.when(fate.recipients(2), "452 4.5.3 Two at a time")
function fate.recipients(n)
  return function(s) return #(s.rcpts or {}) >= n end
end

--- So many messages were accepted in this connection, or more.
--   mail = fate.when(fate.messages(1), "421 4.7.0 One message for each connection")
function fate.messages(n)
  return function(s) return s.messages >= n end
end

--- A message of so many bytes, or more: as announced in mail, as received in eom.
--   mail = fate.when(fate.bytes(1000000), "552 5.3.4 Too large")
function fate.bytes(n)
  return function(_, subject) return type(subject) == "table" and (subject.size or 0) >= n end
end

-- ---- by time, and by chance ----

--- In the first seconds since this condition was asked for the first time; on the clock of the run.
--   connect = fate.when(fate.during(minutes(10)), "421 4.3.2 Back in ten minutes")
function fate.during(seconds)
  local began
  return function(s)
    began = began or s:now()
    return s:now() - began < seconds
  end
end

--- One part of each period: bad for `seconds`, good for the rest, and again.
--   rcpt = fate.when(fate.in_waves(minutes(5), minutes(20)), "450 4.3.2 A bad time")
function fate.in_waves(seconds, period)
  local began
  return function(s)
    began = began or s:now()
    return (s:now() - began) % period < seconds
  end
end

--- With probability p. The same seed gives the same faults (s:chance).
--   data = fate.when(fate.chance(0.05), "451 4.3.0 Bad luck")
function fate.chance(p)
  return function(s) return s:chance(p) end
end

return fate
