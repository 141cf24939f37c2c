dnl # What fails for now comes back after the first attempt. Not `now': that bounces without trying.
define(`confMIN_QUEUE_AGE', `0')dnl
define(`confTO_QUEUERETURN', `1s')dnl
define(`confTO_QUEUERETURN_DSN', `1s')dnl
define(`confTO_QUEUEWARN', `0s')dnl
