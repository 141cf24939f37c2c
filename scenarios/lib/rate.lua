--- Rate limits: so many in so long, by client, sender, recipient or what you like; and so many connections at once.
--
--   local rate = require "rate"
--   return {
--     mail = rate { limit = 10, per = minutes(1), by = rate.by_sender, reply = "450 4.7.1 Slow down" },
--     rcpt = rate { limit = 3, per = hours(1), by = rate.by_rcpt },
--   }
--
-- What is counted are the calls of the handler that were let through, in the last `per` seconds of the run's clock.
--
--   limit    so many are let through: must be given
--   per      in so many seconds: must be given
--   by       of what, a function of s and what the handler gets: rate.by_ip, by_network (/24), by_helo, by_sender,
--            by_rcpt, by_domain (of the recipient), or one of your own; rate.by_ip
--   penalty  who went too far hears the reply for so many seconds, whatever the count says then: 0
--   strict   true: attempts that were refused count, too, so whoever goes on knocking stays out
--   reply    "450 4.7.1 Too much mail, try again later"; "%d" in it are the seconds that are left
--
-- Connections at once need two handlers:
--
--   local few = rate.at_once { limit = 2, reply = "421 4.7.0 Too many connections" }
--   return { connect = few.connect, close = few.close }

local rate = {}

function rate.by_ip(s) return s.ip end
function rate.by_network(s) return s.ip:match("^(.*)[.:]%x+$") or s.ip end
function rate.by_helo(s) return (s.helo or ""):lower() end
function rate.by_sender(s, from) return (s.from or from).addr:lower() end
function rate.by_rcpt(_, to) return to.addr:lower() end
function rate.by_domain(_, to) return to.domain:lower() end

local function check(what, options, known)
  for name in pairs(options) do
    if not known[name] then error(what .. ": there is no option '" .. name .. "'", 3) end
  end
  if math.type(options.limit) ~= "integer" or options.limit < 0 then error(what .. ": limit is a whole number", 3) end
end

local function limiter(options)
  check("rate", options, { limit = true, per = true, by = true, penalty = true, strict = true, reply = true })
  if not options.per then error("rate: per must be given", 3) end
  local by, reply = options.by or rate.by_ip, options.reply or "450 4.7.1 Too much mail, try again later"
  local times, shut_until = {}, {} -- key -> list of times, oldest first; key -> time

  return function(s, subject)
    local key, now = by(s, subject), s:now()
    local list = times[key] or {}
    while list[1] and now - list[1] >= options.per do table.remove(list, 1) end
    times[key] = list
    local over = #list >= options.limit
    if over and options.penalty then shut_until[key] = math.max(shut_until[key] or 0, now + options.penalty) end
    local shut = (shut_until[key] or 0) > now
    if (not over and not shut) or options.strict then list[#list + 1] = now end
    if over or shut then
      local left = math.max((shut_until[key] or 0) - now, over and list[1] and list[1] + options.per - now or 0)
      return (reply:gsub("%%d", math.ceil(left)))
    end
  end
end

--- So many connections at the same time of each client.
function rate.at_once(options)
  check("rate.at_once", options, { limit = true, by = true, reply = true })
  local by, reply = options.by or rate.by_ip, options.reply or "421 4.7.0 Too many connections at once"
  local open, counted = {}, {} -- key -> number; session -> key

  local function connect(s)
    local key = by(s)
    if (open[key] or 0) >= options.limit then return reply end
    open[key], counted[s.id] = (open[key] or 0) + 1, key
  end

  local function close(s)
    local key = counted[s.id]
    if key then open[key], counted[s.id] = open[key] - 1, nil end
  end

  return { connect = connect, close = close }
end

return setmetatable(rate, { __call = function(_, options) return limiter(options) end })
