--- What it returns loops when it is looked at.
-- ends: load
-- says: :4: ran too long without waiting
return setmetatable({}, { __index = function() while true do end end })
