/* SPDX-License-Identifier: BSD-2-Clause */
/* launch.h - starts a box and waits for its end. */
#ifndef MTA_BOX_LAUNCH_H
#define MTA_BOX_LAUNCH_H

#include "box/plan.h"

/* Makes the box of this plan and waits for its end; limit in seconds, 0 = none. The exit status;
 * when t->text is set the box was not made (caller frees it). */
int launch(struct box_plan *plan, unsigned limit, struct trouble *t);

#endif
