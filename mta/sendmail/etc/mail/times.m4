dnl # Timeouts: those of RFC 5321 4.5.3.2 or its 300 s; Sendmail's own are up to an hour.
define(`confTO_ICONNECT', `5m')dnl
define(`confTO_CONNECT', `5m')dnl
define(`confTO_ACONNECT', `10m')dnl
define(`confTO_INITIAL', `5m')dnl
define(`confTO_HELO', `5m')dnl
define(`confTO_MAIL', `5m')dnl
define(`confTO_RCPT', `5m')dnl
define(`confTO_DATAINIT', `5m')dnl
define(`confTO_DATABLOCK', `5m')dnl
define(`confTO_DATAFINAL', `10m')dnl
define(`confTO_RSET', `5m')dnl
define(`confTO_QUIT', `2m')dnl
define(`confTO_STARTTLS', `5m')dnl
dnl
dnl # The queue: five days are 20 minutes (8 s of the box), so that an attempt which hangs at the dot is not the only one;
dnl # a retry after each two minutes (queue-run). No warning after four hours.
define(`confMIN_QUEUE_AGE', `0')dnl
define(`confTO_QUEUERETURN', `35m')dnl
define(`confTO_QUEUERETURN_DSN', `35m')dnl
define(`confTO_QUEUEWARN', `0s')dnl
dnl
dnl # Between its own processes, and towards who submits: they live on the machine's time.
define(`confTO_COMMAND', `10d')dnl
define(`confTO_LHLO', `10d')dnl
