--- It looks for a way out.
-- ends: 421
-- says: unknown name 'os'
return {
  connect = function(s)
    os.exit(0)
  end,
}
