/* SPDX-License-Identifier: BSD-2-Clause */
/* places.h - what places.c tells the rest of the box. */
#ifndef MTA_BOX_PLACES_H
#define MTA_BOX_PLACES_H

#include "box/box.h"

char *box_shim(void);                                     /* caller frees; may not exist */
char *box_clock_shim(const char *shim);                   /* beside that one; caller frees */
char *mta_root(const struct mta *mta, const char *cache); /* the unpacked packages; caller frees */

#endif
