--- One call that would take years.
-- ends: 421
-- says: ran too long without waiting
return {
  connect = function(s)
    table.move({}, 1, 1 << 60, 2)
  end,
}
