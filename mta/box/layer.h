/* SPDX-License-Identifier: BSD-2-Clause */
/* layer.h - the files a box puts over those of the host. */
#ifndef MTA_BOX_LAYER_H
#define MTA_BOX_LAYER_H

#include "box/plan.h"

/* Fills BOX_DIR: etc/ (the layer of /etc), bin/driver, shim.so and ld.so.preload.  Reads the host's
 * /etc/passwd and group, so it comes before /etc is covered. */
bool layer_write(const struct box_plan *plan, struct trouble *t);

/* `host` (the text of a passwd or group file) without the entries these users replace, and with
 * theirs: passwd lines, or group lines.  Caller frees. */
char *layer_accounts(const char *host, const struct mta_user *users, size_t n, bool groups);

#endif
