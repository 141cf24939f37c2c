--- How a connection can end: chosen by the stage and by the recipient's local part.
return {
  rcpt = function(s, to)
    if to.user == "finish" then s:reply("550 5.0.0 last words") s:finish() end
    if to.user == "drop" then s:drop() end
    if to.user == "reset" then s:reset() end
    if to.user == "half" then
      s:reply "550 5.0.0 I speak no more"
      s:half_close()
      s.notes.half = true
      assert(s:line() == "STILL HERE")
      s:drop()
    end
    if to.user == "half-reset" then
      s:half_close()
      s:line()
      s:reset()
    end
    if to.user == "caught" then
      pcall(function() s:reset() end)
      return "250 never said"
    end
    if to.user == "421" then return "421 4.3.2 closing" end
    if to.user == "unread" then
      s:sleep(1) -- what the client says meanwhile lies unread
      s:reply "550 5.0.0 heard in spite of it"
      s:finish()
    end
  end,
  eom = function(s)
    if s.rcpts[1].user == "kept" then
      s:keep()
      s:drop()
    end
    if s.rcpts[1].user == "silent" then s:reset() end
  end,
  quit = function(s)
    if s.notes.rude then return "500 5.0.0 no" end
    s.notes.rude = true
  end,
}
