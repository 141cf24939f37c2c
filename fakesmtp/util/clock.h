/* SPDX-License-Identifier: BSD-2-Clause */
/* clock.h - the one clock of a run, and its timers.
 *
 * Everything fakesmtp owns waits on this clock and never on uv_timer_t or the wall: greylist
 * windows, stalls, the sender's RFC 5321 timeouts and its five-day queue.  Two ways to make time
 * pass:
 *
 *   scaled (speed > 0)   one second of the wall is `speed` seconds here; 1 is real time.
 *   jump   (speed == 0)  time stands still while anything happens and leaps to the next timer once
 * the loop has nothing left to do.  Five days pass in milliseconds and no timeout fires early
 *                        because the machine was busy.  Only sound when both ends of every
 * conversation live on this loop.
 *
 * Times are milliseconds since the clock was made. */
#ifndef FAKESMTP_UTIL_CLOCK_H
#define FAKESMTP_UTIL_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "util/require.h"

struct uv_loop_s;
struct clock;

struct clock_timer { /* embed it; zeroed is idle */
    void (*fire)(struct clock_timer *timer);
    uint64_t due_ms;
    uint64_t order; /* equal due times fire in the order they were started */
    size_t slot;    /* 1-based place in the heap, 0 = idle */
};

#define CLOCK_JUMP 0.0

/* loop is borrowed until clock_close; speed as above. NULL with *why set on failure. */
struct clock *clock_open(struct uv_loop_s *loop, double speed, char **why) MUST_CHECK;

/* Stops all timers without firing them and closes the handles; memory goes once the loop has run.
 */
void clock_close(struct clock *clock);

uint64_t clock_now_ms(const struct clock *clock);
double clock_speed(const struct clock *clock); /* 0 = jump */

/* Starts or restarts: timer->fire(timer) is called once, from the loop, after_ms from now. */
void clock_start(struct clock *clock, struct clock_timer *timer, uint64_t after_ms,
    void (*fire)(struct clock_timer *timer));
void clock_stop(struct clock *clock, struct clock_timer *timer); /* idle timers are fine */
bool clock_pending(const struct clock_timer *timer);

#endif
