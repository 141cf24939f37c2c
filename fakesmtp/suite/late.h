/* SPDX-License-Identifier: BSD-2-Clause */
/* late.h - how long the processes of a box had to wait for the processor, and when.
 *
 * A real MTA that waits for the processor behaves as if its times were shorter, and looks as if it
 * had lost patience.  Whoever reads of a failure must learn that it may be the machine's. */
#ifndef FAKESMTP_SUITE_LATE_H
#define FAKESMTP_SUITE_LATE_H

#include <stddef.h>
#include <stdint.h>
#include <uv.h>
#include "suite/play.h"

struct clock;
struct late;

/* Looks at all processes that can be seen, which in a box are the box's, from the loop, a few times
 * a second. The clock, whose moments late_worst_ms knows, is borrowed until late_close. */
struct late *late_open(uv_loop_t *loop, const struct clock *clock);
/* The longest that one process waited in one look, in milliseconds of the machine, between two
 * moments of the clock; 0 as well where the kernel does not tell. */
double late_worst_ms(const struct late *late, uint64_t from_ms, uint64_t to_ms);
/* Adds a note to each result that does not pass, and for which the machine may have been the
 * reason. One for each scenario, in their order; stands_for is how many seconds one of the machine
 * stands for. */
void late_tell(const struct late *late, const struct play_config *config, double stands_for,
    struct result *results);
void late_stop(struct late *late);  /* what was seen stays; once */
void late_close(struct late *late); /* after late_stop, and after the loop has run */

#endif
