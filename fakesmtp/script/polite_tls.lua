-- SPDX-License-Identifier: BSD-2-Clause
--- The well-behaved server, part 6: STARTTLS (RFC 3207), and TLS from the first byte (RFC 8314 3.3).
--
-- Served where the scenario has `tls` or a handler `starttls`. The handler may answer with a reply, call s:starttls{...}
-- itself, or leave it to us; s.tls_outcome says whether it did, and how that ended.

local host = ...
local ask, say, refuse, set = host.ask, host.say, host.refuse, host.set

--- What became of a handshake: "gone" when nobody can talk any more.
local function settle(s)
  if s.tls_outcome == "failed" then return "gone" end
  if s.tls_outcome == "up" then host.forget_client(s) end -- RFC 3207 4.2: what was learned in clear counts for nothing
end

function host.verbs.starttls(s, on, arg)
  if arg ~= "" then return refuse(s, on, "501 5.5.4 STARTTLS takes no parameters") end -- RFC 3207 4
  if s.tls then return refuse(s, on, "503 5.5.1 TLS is active already") end
  set(s, "tls_outcome", nil)
  local asked = ask(s, on, "starttls")
  if asked then
    say(s, on, "starttls", asked)
  elseif not s.tls_outcome then
    s:starttls()
  end
  return settle(s)
end

--- Does the host announce and serve STARTTLS? Not when TLS is up: RFC 3207 4.2.
function host.offers_tls(on)
  return (on.tls or on.starttls) and not (type(on.tls) == "table" and on.tls.implicit)
end

--- TLS before the greeting, where the scenario wants that. False: it failed.
function host.implicit_tls(s, on)
  if type(on.tls) ~= "table" or not on.tls.implicit then return true end
  s:starttls()
  return settle(s) ~= "gone"
end
