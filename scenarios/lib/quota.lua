--- Mailboxes with a quota: handlers for `rcpt` and `eom` that belong together.
--
--   local quota = require "quota"
--   local boxes = quota { bytes = 100000, messages = 20, frees = hours(6) }
--   return { rcpt = boxes.rcpt, eom = boxes.eom }
--
-- Each recipient has a mailbox of its own. At RCPT one that is full already is refused, and so is a message whose SIZE
-- (RFC 1870) would not fit; at the end of the data, a message that does not fit into one of its mailboxes is refused for
-- all, since SMTP has one answer there. All of these may be left out; times are seconds of the run's clock:
--
--   bytes     how much a mailbox holds: any amount
--   messages  how many: any number
--   used      how much is in it when it is first written to, in bytes: 0. "all": it is full.
--   frees     how long a message stays before its owner reads and deletes it, the first ones (`used`) counted from the
--             first attempt: for ever
--   reply     "452 4.2.2 Mailbox full"; a text with 5 in front makes it final
--   whose     a pattern for the local parts that have a quota (string.match): everybody's

local OPTIONS = { bytes = true, messages = true, used = true, frees = true, reply = true, whose = true }

return function(options)
  for name in pairs(options) do
    if not OPTIONS[name] then error("quota: there is no option '" .. name .. "'", 2) end
  end
  local bytes, messages = options.bytes or math.huge, options.messages or math.huge
  local reply, boxes = options.reply or "452 4.2.2 Mailbox full", {} -- address -> list of {size=, count=, since=}

  local function first_content()
    if options.used == "all" then
      return { size = bytes < math.huge and bytes or 0, count = messages < math.huge and messages or 0 }
    end
    return { size = options.used or 0, count = 0 }
  end

  -- What is in the mailbox now; what its owner has deleted by now is forgotten.
  local function content(s, to)
    local key, now = to.addr:lower(), s:now()
    if not boxes[key] then
      local old = first_content()
      old.since = now
      boxes[key] = { old }
    end
    local size, count, left = 0, 0, {}
    for _, mail in ipairs(boxes[key]) do
      if not options.frees or now - mail.since < options.frees then
        left[#left + 1] = mail
        size, count = size + mail.size, count + mail.count
      end
    end
    boxes[key] = left
    return size, count
  end

  local function fits(s, to, more)
    local size, count = content(s, to)
    return count < messages and (size < bytes or more == 0) and size + more <= bytes
  end

  local function has_quota(to) return not options.whose or to.user:match("^" .. options.whose .. "$") end

  local function rcpt(s, to)
    if has_quota(to) and not fits(s, to, math.max(1, s.from.size or 1)) then return reply end
  end

  local function eom(s, message)
    for _, to in ipairs(s.rcpts) do
      if has_quota(to) and not fits(s, to, message.size) then return reply end
    end
    for _, to in ipairs(s.rcpts) do
      local box = boxes[to.addr:lower()]
      if box then box[#box + 1] = { size = message.size, count = 1, since = s:now() } end
    end
  end

  return { rcpt = rcpt, eom = eom }
end
