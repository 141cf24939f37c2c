--- Greylisting (RFC 6647): a handler for `rcpt` that defers each unknown triplet once.
--
--   rcpt = greylist { delay = minutes(5), window = hours(24), reply = "451 4.7.1 ..." }
--
-- The triplet is the client's network (/24), the reverse-path and the recipient. A retry before `delay` is deferred
-- again; one after it passes, and so does everything of that triplet from then on; after `window` without a retry
-- the triplet is forgotten. All in seconds of the run's clock.

local function network(s)
  return s.ip:match("^(%d+%.%d+%.%d+)%.%d+$") or s.ip
end

return function(options)
  local delay = options.delay or minutes(5)
  local window = options.window or hours(24)
  local reply = options.reply or "451 4.7.1 Greylisted, please try again later"
  local seen = {} -- triplet -> {first = time, passed = bool}

  return function(s, to)
    local key = network(s) .. " " .. s.from.addr .. " " .. to.addr
    local now, entry = s:now(), seen[key]
    if not entry or (not entry.passed and now - entry.first > window) then
      seen[key] = { first = now, passed = false }
      return reply
    end
    if not entry.passed and now - entry.first < delay then return reply end
    entry.passed = true
  end
end
