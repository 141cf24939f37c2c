-- SPDX-License-Identifier: BSD-2-Clause
--- What may happen before EHLO; one host for each.
local closed = 0

return {
  mx = {
    { host = "busy", connect = "450 4.3.2 Too busy" },
    { host = "refused", connect = { "554 5.7.1 Not you,", "554 5.7.1 and not now" } },
    { host = "going", connect = "421 4.3.2 Going down" },
    { host = "fleeting", connect = function(s) s:reply "220 fleeting ESMTP" s:drop() end },
    { host = "mute", connect = function(s) s:stall() end },
    { host = "shut", connect = function(s) s:drop() end },
    { host = "broken", connect = function(s) s:reset() end },
    { host = "nobody", listen = refuse },
    { host = "bare", connect = raw "220\r\n" },
    { host = "lf", connect = raw "220 no carriage return\n" },
    { host = "odd", connect = raw("Hello, client!\r\n", 220) },
    { host = "half", connect = function(s) s:send "220 and th" s:finish() end },
    { host = "second", connect = function(s) closed = closed + 1 if closed == 1 then s:drop() end end },
    { host = "hasty", connect = function(s)
      s:sleep(0.3)
      if s:pending() > 0 then return "554 5.5.1 You talk before I greet" end
    end },
    { host = "early", connect = function(s) s:sleep(0.3) return "450 4.3.2 Not today" end },
    { host = "earlymail", connect = function(s) s:sleep(0.3) end, mail = "550 5.7.1 Not from you" },
    { host = "earlyrcpt", connect = function(s) s:sleep(0.3) end, rcpt = "550 5.1.1 No such user" },
    { host = "earlydata", connect = function(s) s:sleep(0.3) end, data = "550 5.7.1 Not that" },
  },
}
