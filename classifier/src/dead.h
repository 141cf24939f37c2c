/* SPDX-License-Identifier: BSD-2-Clause */
/* dead.h - may this address be taken off a list on the word of this one bounce? */
#ifndef BOUNCE_DEAD_H
#define BOUNCE_DEAD_H

#include "reason.h"

bool bounce__address_dead(const struct decision *decision, const struct record *record,
    const struct matching *matching, bool failed);

#endif
