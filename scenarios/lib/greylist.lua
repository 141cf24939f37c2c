--- Greylisting (RFC 6647): a handler for `rcpt` that puts off whom it does not know.
--
--   local greylist = require "greylist"
--   return { rcpt = greylist { delay = minutes(5), window = hours(24), prefix = 24 } }
--
-- The triplet is the client's network, the reverse-path and the recipient. The first attempt and those before `delay`
-- are put off; one after `delay` passes, and so does everything of that triplet from then on. All of these may be left
-- out; times are seconds of the run's clock:
--
--   delay    how long a triplet has to wait: minutes(5)
--   window   for how long a triplet that waits is remembered; who comes back later is new again: hours(24)
--   keep     for how long one that passed is remembered, from its last use: days(36)
--   prefix   so many bits of an IPv4 address are the network: 24 (32: each address for itself). Of IPv6 it is 64.
--   early    what an attempt before `delay` does: "wait" (nothing changes) or "restart" (the delay begins anew)
--   passes   after so many triplets that passed, all mail from that network is let in: never
--   reply    "451 4.7.1 Greylisted, please try again later"; "%d" in it are the seconds that are left

local function bits_of(ip)
  local a, b, c, d = ip:match("^(%d+)%.(%d+)%.(%d+)%.(%d+)$")
  if a then return tonumber(a) << 24 | tonumber(b) << 16 | tonumber(c) << 8 | tonumber(d) end
end

-- The first 64 bits of an IPv6 address: four groups, of which "::" may hide some.
local function first_half(ip)
  local head, tail = ip:match("^(.-)::(.*)$")
  local groups, behind = {}, 0
  for group in (head or ip):gmatch("%x+") do groups[#groups + 1] = group end
  for _ in (tail or ""):gmatch("[%x.]+") do behind = behind + 1 end
  while head and #groups + behind < 8 do groups[#groups + 1] = "0" end
  return table.concat(groups, ":", 1, math.min(4, #groups))
end

local function network(ip, prefix)
  local bits = bits_of(ip)
  if not bits then return first_half(ip) end
  return prefix == 0 and 0 or bits >> (32 - prefix)
end

local OPTIONS = { delay = true, window = true, keep = true, prefix = true, early = true, passes = true, reply = true }

return function(options)
  for name in pairs(options) do
    if not OPTIONS[name] then error("greylist: there is no option '" .. name .. "'", 2) end
  end
  local delay, window = options.delay or minutes(5), options.window or hours(24)
  local keep, prefix = options.keep or days(36), options.prefix or 24
  if prefix < 0 or prefix > 32 then error("greylist: a prefix has 0 to 32 bits", 2) end
  local reply = options.reply or "451 4.7.1 Greylisted, please try again later"
  local seen, passed_from = {}, {} -- triplet -> {first=, last=, passed=}; network -> how many triplets passed

  local function put_off(left) return (reply:gsub("%%d", math.ceil(left))) end

  return function(s, to)
    local from_where = network(s.ip, prefix)
    if options.passes and (passed_from[from_where] or 0) >= options.passes then return nil end
    local key = from_where .. " " .. s.from.addr:lower() .. " " .. to.addr:lower()
    local now, entry = s:now(), seen[key]
    if entry and now - entry.last > (entry.passed and keep or window) then entry = nil end
    if not entry then
      seen[key] = { first = now, last = now, passed = false }
      return put_off(delay)
    end
    if not entry.passed and now - entry.first < delay then
      if options.early == "restart" then entry.first, entry.last = now, now end
      return put_off(entry.first + delay - now)
    end
    if not entry.passed then passed_from[from_where] = (passed_from[from_where] or 0) + 1 end
    entry.passed, entry.last = true, now
  end
end
