--- The same, and it hides that.
-- ends: load
-- says: :4: ran too long without waiting
return pcall(function() while true do end end)
