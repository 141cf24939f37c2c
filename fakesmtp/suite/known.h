/* SPDX-License-Identifier: BSD-2-Clause */
/* known.h - what an MTA's folder says of it beforehand: what its bounces do not tell
 * (`known-losses`), where it behaves otherwise than the scenarios expect (`known-conduct`), and
 * what it cannot play at all (`lacks`). */
#ifndef FAKESMTP_SUITE_KNOWN_H
#define FAKESMTP_SUITE_KNOWN_H

#include <stddef.h>
#include "suite/result.h"

struct mta;

/* Marks in results from first on the consistent checks that are known losses and the wrong ones
 * that are known deviations; they pass then. An entry that explains nothing of a scenario that was
 * played is stale, and adds a wrong check. */
void known_apply(const struct mta *mta, struct results *results, size_t first);

/* Why this MTA does not play the scenario; NULL when it does. folder may be NULL. Borrowed from
 * mta. */
const char *known_lack(const struct mta *mta, const char *folder, const char *scenario);

#endif
