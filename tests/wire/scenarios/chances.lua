--- Each recipient is refused with probability one half.
return { rcpt = function(s) if s:chance(0.5) then return "450 4.2.0 no" end end }
