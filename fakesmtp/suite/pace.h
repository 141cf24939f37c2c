/* SPDX-License-Identifier: BSD-2-Clause */
/* pace.h - when a real MTA is given which message: all scenarios are to run at once, but an MTA
 * that is given more than it looks after starves what came first, and that looks like bad conduct.
 */
#ifndef FAKESMTP_SUITE_PACE_H
#define FAKESMTP_SUITE_PACE_H

#include <stdbool.h>
#include "suite/play.h"

struct pace {
    const struct play_config *config; /* kept until pace_deinit */
    size_t at_once;                   /* messages that have come to nothing yet; 0: any number */
    size_t *order;                    /* of the scenarios */
    size_t given;
    uint64_t last_ms; /* when the last one was given; 0: never */
};

void pace_init(struct pace *pace, const struct play_config *config, size_t at_once);
void pace_deinit(struct pace *pace);
bool pace_done(const struct pace *pace); /* all are given */
/* Is it time for the next one? Milliseconds of the loop. */
bool pace_allows(const struct pace *pace, uint64_t now_ms);
/* The next one, which counts as given from now on; not when all are. */
struct world_scenario *pace_take(struct pace *pace, uint64_t now_ms);

#endif
