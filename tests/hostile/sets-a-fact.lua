--- It changes what is true.
-- ends: 421
-- says: s.peer cannot be set; put your own notes into s.notes
return {
  connect = function(s)
    s.peer = "192.0.2.1:25"
  end,
}
