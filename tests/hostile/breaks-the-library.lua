--- It takes away what the well-behaved part of the server needs.
-- ends: 421
-- says:
string.gsub = nil

return {
  extensions = { enhancedstatuscodes = false },
}
