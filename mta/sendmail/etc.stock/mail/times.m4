dnl # No time is set here that a server or a recipient could notice: an hour for each reply but the greeting and DATA (5 min)
dnl # and MAIL (10 min), five days in the queue, a warning after four hours.
dnl
dnl # Between its own processes, and towards who submits: they live on the machine's time.
define(`confTO_COMMAND', `10d')dnl
define(`confTO_LHLO', `10d')dnl
