--- An error that says nothing.
-- ends: 421
-- says: :6: (error is a nil, not a text)
return {
  connect = function(s)
    error(nil)
  end,
}
