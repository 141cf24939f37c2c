-- SPDX-License-Identifier: BSD-2-Clause
--- Extensions switched on and off, announced and not kept, kept and not announced; one host for each.
return {
  mail = function(s, from) if from.addr == "tell@t" then
    return ("550 5.7.1 %s %s %s %s"):format(from.ret, from.envid, from.size, from.body) end end,
  rcpt = function(s, to) if to.user == "tell" then
    return ("550 5.1.1 %s %s %s"):format(table.concat(to.notify or {}, "+"), to.orcpt and to.orcpt.type, to.orcpt and to.orcpt.addr) end end,
  mx = {
    { host = "usual" },
    { host = "none", extensions = { pipelining = false, size = false, ["8bitmime"] = false, enhancedstatuscodes = false, dsn = false } },
    { host = "many", extensions = { SMTPUTF8 = true, size = 0, chunking = true, limits = { rcptmax = 2, mailmax = 2, rcptdomainmax = 1 },
      ["x-odd"] = "one two", ["X-Even"] = true, vrfy = true } },
    { host = "lies", extensions = { chunking = "announced", auth = "announced", dsn = "announced", smtputf8 = "announced" } },
    { host = "secret", extensions = { chunking = "hidden", size = 1000, dsn = "hidden" } },
  },
}
