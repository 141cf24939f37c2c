/* SPDX-License-Identifier: BSD-2-Clause */
/* inside.h - the first process of a box. */
#ifndef MTA_BOX_INSIDE_H
#define MTA_BOX_INSIDE_H

#include <signal.h>

#include "box/plan.h"

struct inside {  /* descriptors and state the launcher hands to its clone */
    int go;      /* one byte comes when the ids are mapped; end of file when the launcher is gone */
    int trouble; /* takes 'R' or 'E' and a line when the box cannot be made */
    sigset_t signals; /* the mask COMMAND starts with */
};

/* PID 1: makes the box, runs COMMAND, reaps, ends with COMMAND's status; with plan->command and
 * shell both absent (plan->mta NULL) it only makes the box. */
_Noreturn void inside_run(const struct box_plan *plan, const struct inside *in);

/* `--drive WORD...`: in a box, becomes the MTA's driver in the view of the MTA. Returns an exit
 * status on failure. */
int inside_drive(char **words);

#endif
