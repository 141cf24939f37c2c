--- STARTTLS is answered late, and the 220 comes in pieces; then TLS comes up.
return {
  source = "RFC 5321 4.5.3.2: STARTTLS is a command like others; go-smtp 120",

  starttls = function(s)
    s:sleep(seconds(20))
    s:split { 1, 2 }
  end,

  expect = { bounce = none, delivered = 1, client = { attempts = 1 } },
}
