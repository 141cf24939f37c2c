dnl # Timeouts: near those of RFC 5321 4.5.3.2; Sendmail's own are up to an hour. One minute less than the five that a
dnl # server waits, so that it is always the same end that gives up first.
define(`confTO_ICONNECT', `5m')dnl
define(`confTO_CONNECT', `5m')dnl
define(`confTO_ACONNECT', `10m')dnl
define(`confTO_INITIAL', `4m')dnl
define(`confTO_HELO', `4m')dnl
define(`confTO_MAIL', `4m')dnl
define(`confTO_RCPT', `4m')dnl
define(`confTO_DATAINIT', `4m')dnl
define(`confTO_DATABLOCK', `4m')dnl
define(`confTO_DATAFINAL', `10m')dnl
define(`confTO_RSET', `4m')dnl
define(`confTO_QUIT', `2m')dnl
define(`confTO_STARTTLS', `4m')dnl
include(`/etc/mail/queue.m4')dnl
dnl
dnl # Between its own processes, and towards who submits: they live on the machine's time.
define(`confTO_COMMAND', `10d')dnl
define(`confTO_LHLO', `10d')dnl
