--- It returns nothing.
-- ends: load
-- says: a scenario returns a table or a function, not a nil
local x = 1
