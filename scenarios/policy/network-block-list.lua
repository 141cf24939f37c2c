--- Not the host but its network is on the provider's own list; the S3140 is all there is to quote.
return {
  source = "Microsoft, Outlook.com: 550 5.7.1, part of their network is on our block list (S3140)",

  mail = "550 5.7.1 Unfortunately, messages from [192.0.2.9] weren't sent. Please contact your Internet service "
    .. "provider since part of their network is on our block list (S3140). You can also refer your provider to "
    .. "http://mail.live.com/mail/troubleshooting.aspx#errors.",

  expect = {
    bounce = {
      reason = "blocklisted", stage = "mail", reply = "550", status = "5.7.1", actor = "sender-postmaster",
      permanent = true, address_dead = false, expired = false,
    },
    delivered = 0,
    client = { attempts = 1 },
  },
}
