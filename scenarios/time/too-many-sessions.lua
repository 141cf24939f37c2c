--- The server counts the client's connections, finds too many, and goes on finding them for days.
return {
  source = "Comcast postmaster: 421 Too many sessions opened",

  connect = "421 4.7.0 mx.test too many sessions opened from 192.0.2.9",

  expect = {
    bounce = {
      reason = "rate-limited", stage = "connect", reply = "421", status = "4.7.0",
      permanent = false, address_dead = false, expired = true,
    },
    delivered = 0,
    client = { attempts = at_least(2) },
  },
}
