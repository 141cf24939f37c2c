/* SPDX-License-Identifier: BSD-2-Clause */
/* network.h - the loopback that is the whole world of a box. */
#ifndef MTA_BOX_NETWORK_H
#define MTA_BOX_NETWORK_H

#include <stdbool.h>

/* In the caller's (new) network namespace: lo up, 192.0.2.1/32 on it, and every address of
 * 192.0.2.0/24 and 198.18.0.0/15 local, so that anything can bind or connect to any of them.
 * Connections to those come from 192.0.2.1.  False with errno, *step = what failed (static). */
bool network_up(const char **step);

#endif
