--- The server is under maintenance for the first four minutes of the run.
return {
  source = "RFC 5321 4.5.4.1: mail outlives an outage of hours, not only of minutes",

  connect = function(s)
    if s:now() < minutes(4) then return "421 4.3.2 System not accepting network messages: maintenance" end
  end,

  expect = {
    bounce = none,
    delivered = 1,
  },
}
