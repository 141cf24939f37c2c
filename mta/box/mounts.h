/* SPDX-License-Identifier: BSD-2-Clause */
/* mounts.h - what a box sees of the host's files. */
#ifndef MTA_BOX_MOUNTS_H
#define MTA_BOX_MOUNTS_H

#include "box/plan.h"

/* In the caller's (new) mount namespace, as its root and in its new pid namespace: makes the box's
 * view. */
bool mounts_make(const struct box_plan *plan, struct trouble *t);

/* A view of the file system that can be entered. setns alone would land at the root of the
 * namespace, which is not our own root when the whole program runs in a chroot. */
struct mounts_view {
    int ns, root; /* descriptors: the mount namespace, and its root as we see it */
};

/* That of the process `proc` ("/proc/self", "/proc/1"); the caller closes both. False with errno.
 */
bool mounts_view_open(struct mounts_view *view, const char *proc);
bool mounts_view_enter(
    const struct mounts_view *view); /* and stands at its root; false with errno */

/* Splits off the view that MTA processes get, which preloads the shim, and moves the caller into
 * it. *plain is for going back to the view without it. */
bool mounts_split(struct mounts_view *plain, struct trouble *t);

#endif
