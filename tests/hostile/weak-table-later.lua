--- A table that is to become weak once nobody looks any more. Chained like this, one collection takes many seconds.
-- ends: 421
-- says: the table has held on
return {
  connect = function(s)
    local mt, tables, keys, order, chance = {}, {}, {}, {}, 1
    for i = 1, 20000 do
      tables[i], keys[i], order[i] = setmetatable({}, mt), {}, i
    end
    for i = #order, 2, -1 do
      chance = (chance * 1103515245 + 12345) % 2147483648
      local other = 1 + chance // 65536 % i
      order[i], order[other] = order[other], order[i]
    end
    for i = 2, #order do tables[order[i - 1]][keys[i - 1]] = keys[i] end
    keys = { keys[1] }
    tables[#tables + 1] = setmetatable({ [{}] = true }, mt)
    mt.__mode = "k"
    rawset(getmetatable(tables[1]), "__mode", "k")
    for i = 1, 100 do local garbage = ("x"):rep(1 << 20) .. i end
    if next(tables[#tables]) then error "the table has held on" end
  end,
}
