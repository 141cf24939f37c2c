/* SPDX-License-Identifier: BSD-2-Clause */
/* mounts.h - what a box sees of the host's files. */
#ifndef MTA_BOX_MOUNTS_H
#define MTA_BOX_MOUNTS_H

#include "box/plan.h"

/* In the caller's (new) mount namespace, as its root and in its new pid namespace: makes the box's
 * view. */
bool mounts_make(const struct box_plan *plan, struct trouble *t);

/* Splits off the view that MTA processes get, which preloads the shim, and moves the caller into
 * it. *plain is a descriptor for going back to the view without it (setns); the caller closes it.
 */
bool mounts_split(int *plain, struct trouble *t);

#endif
