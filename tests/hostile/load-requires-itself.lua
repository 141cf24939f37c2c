--- It requires itself.
-- ends: load
-- says: the file requires itself
return require "load-requires-itself"
