--- A server from before EHLO, written out by hand.
local answers = { helo = "250 ", mail = "250 OK", rcpt = "250 OK", rset = "250 OK", noop = "250 OK" }

return {
  source = "RFC 821; RFC 5321 3.2: after 500 to EHLO the client says HELO",

  dialogue = function(s)
    s:reply("220 " .. s.host .. " Simple Mail Transfer Service Ready")
    while true do
      local verb = s:command(minutes(5))
      if not verb then return end
      if verb == "quit" then
        s:reply("221 " .. s.host .. " Service closing transmission channel")
        s:finish()
      elseif verb == "data" then
        s:reply "354 Start mail input; end with <CRLF>.<CRLF>"
        if not s:data(minutes(10)) then return end
        s:reply "250 OK"
      elseif answers[verb] then
        s:reply(answers[verb] .. (verb == "helo" and s.host or ""))
      else
        s:reply "500 Command unrecognized" -- EHLO among them
      end
    end
  end,

  expect = { bounce = none, client = { attempts = 1, quit = true } }
  -- Copies are counted where the server itself minds the order of commands.
}
