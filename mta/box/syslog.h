/* SPDX-License-Identifier: BSD-2-Clause */
/* syslog.h - what listens at /dev/log in a box. */
#ifndef MTA_BOX_SYSLOG_H
#define MTA_BOX_SYSLOG_H

#include "box/plan.h"

/* Binds /dev/log, and leaves a process that appends what is sent there to /var/log/syslog for as
 * long as the box lives. Called by PID 1 when the views are made and nothing has run yet. */
bool syslog_start(struct trouble *t);

#endif
