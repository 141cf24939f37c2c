--- DATA is answered with 355, which belongs to an extension that nobody asked for.
return {
  source = "RFC 1845 3: 355 octet-offset is the transaction offset; seed codes, 355",

  data = "355 0 is the transaction offset",

  expect = {
    -- By its first digit it is a go-ahead (RFC 5321 4.2), by 4.3.2 only 354 is: both may be taken for right.
    delivered = at_most(1),
    client = { duplicates = 0 },
  },
}
