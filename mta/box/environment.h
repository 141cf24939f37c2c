/* SPDX-License-Identifier: BSD-2-Clause */
/* environment.h - the variables that COMMAND sees. */
#ifndef MTA_BOX_ENVIRONMENT_H
#define MTA_BOX_ENVIRONMENT_H

#include "box/plan.h"

/* Replaces the environment of the calling process by that of COMMAND. */
void environment_make(const struct box_plan *plan);

#endif
