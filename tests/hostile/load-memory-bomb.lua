--- Memory runs out while the file is loaded.
-- ends: load
-- says: not enough memory
local x = "x"
while true do x = x .. x end
