--- It never gets to the end of its own file.
-- ends: load
-- says: :4: ran too long without waiting
while true do end
