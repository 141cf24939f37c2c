--- A server that asks a blocklist (RFC 5782), in the words of the software it runs: a handler for any stage.
--
--   local blocklist = require "blocklist"
--   return { rcpt = blocklist { list = "zen.spamhaus.org", style = "postfix", url = "https://www.spamhaus.org/query/ip/%s" } }
--
-- All of these but `list` may be left out; times are seconds of the run's clock:
--
--   list     the name of the list: must be given
--   style    who talks: "postfix" (reject_rbl_client), "sendmail" (FEATURE(dnsbl)), "exim" (its example configuration),
--            "qmail" (rblsmtpd, which is quite short), "exchange" (its protection agent), or a text of your own in which
--            %ip, %list and %url stand for what they say; "postfix"
--   url      where the listing is explained; %s in it is the address. What the list's own TXT record says, otherwise.
--   ip       the address that is listed: the client's
--   lasting  so long after the first attempt it is listed, then it is not: for ever
--   listed   a function of s, false for clients that are not on the list
--   later    true: the sender is put off (4yz), not refused

local STYLES = {
  postfix = { "554 5.7.1 Service unavailable; Client host [%ip] blocked using %list; %url" },
  sendmail = { "550 5.7.1 Rejected: %ip listed at %list" },
  exim = { "550 rejected because %ip is in a black list at %list", "550 %url" },
  qmail = { "553 %url" },
  exchange = { "550 5.7.1 Service unavailable, Client host [%ip] blocked using %list. For more information see %url" },
}

local OPTIONS = { list = true, style = true, url = true, ip = true, lasting = true, listed = true, later = true }

-- RFC 3463 2 and RFC 5321 4.2.1: the first digit of both codes is the severity.
local function put_off(line)
  line = line:gsub("^5%d%d", "450")
  return (line:gsub("^(450) 5", "%1 4"))
end

return function(options)
  for name in pairs(options) do
    if not OPTIONS[name] then error("blocklist: there is no option '" .. name .. "'", 2) end
  end
  if not options.list then error("blocklist: list must be given", 2) end
  local style = options.style or "postfix"
  local lines = STYLES[style] or (style:match("^%d%d%d ") and { style })
  if not lines then error("blocklist: '" .. style .. "' is neither a known style nor a reply", 2) end
  local url, began = options.url or "https://" .. options.list .. "/lookup?%s", nil

  return function(s)
    began = began or s:now()
    if options.lasting and s:now() - began >= options.lasting then return nil end
    if options.listed and not options.listed(s) then return nil end
    local ip = options.ip or s.ip
    local words = { ip = ip, list = options.list, url = url:gsub("%%s", ip) }
    local reply = {}
    for i, line in ipairs(lines) do
      line = line:gsub("%%(%a+)", words)
      reply[i] = options.later and put_off(line) or line
    end
    return reply
  end
end
