-- SPDX-License-Identifier: BSD-2-Clause
--- by_helo({ ["rcpt-850"] = { rcpt = ... }, ... }, more): one server for many shapes; the client names its own in EHLO.
-- `more` holds what a scenario may say besides handlers.
local STAGES = { "ehlo", "auth", "mail", "rcpt", "data", "eom", "rset", "quit", "other" }

local function is_used(shapes, stage)
  for _, shape in pairs(shapes) do
    if shape[stage] then return true end
  end
end

return function(shapes, more)
  local scenario = more or {}
  for _, stage in ipairs(STAGES) do
    scenario[stage] = is_used(shapes, stage) and function(s, subject, ...)
      local shape = shapes[stage == "ehlo" and subject or s.helo]
      local handler = shape and shape[stage]
      if type(handler) == "function" then return handler(s, subject, ...) end
      return handler
    end or nil
  end
  return scenario
end
