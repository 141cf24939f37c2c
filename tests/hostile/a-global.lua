--- A name that all connections would share.
-- ends: 421
-- says: 'hits' is not declared: write `local hits`
return {
  connect = function(s)
    hits = 1
  end,
}
