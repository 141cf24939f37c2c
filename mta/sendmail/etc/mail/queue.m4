dnl # The queue: five days are 35 minutes (14 s of the box), so that an attempt which hangs at the dot is not the only one;
dnl # a retry after each two minutes (queue-run). No warning after four hours.
define(`confMIN_QUEUE_AGE', `0')dnl
define(`confTO_QUEUERETURN', `35m')dnl
define(`confTO_QUEUERETURN_DSN', `35m')dnl
define(`confTO_QUEUEWARN', `0s')dnl
