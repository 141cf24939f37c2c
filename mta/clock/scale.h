/* SPDX-License-Identifier: BSD-2-Clause */
/* scale.h - the compressed clock of a box: one beginning and one factor for all its processes.
 *
 * An MTA forks for each delivery, and those processes must agree on the time.  So the clock is not
 * counted from the start of a process: the box writes once, before anything runs, what its clocks
 * showed then, and by how much they run faster.  From there on
 *
 *     time here = start + (time of the machine - start) * factor
 *
 * and times before the start are what they are, so that old files stay old.  Everything is
 * nanoseconds in 64 bits, good for 19 days of a machine's time at a factor of 5400.
 *
 * This is loaded into other people's programs (clockshim.so in the box's ld.so.preload).  What it
 * needs of the kernel it asks for by system call: nothing of libc that it replaces can be called by
 * accident, nothing is allocated, and errno changes only when a call fails. */
#ifndef MTA_CLOCK_SCALE_H
#define MTA_CLOCK_SCALE_H

/* With 64-bit offsets asked for by name, headers rename stat to stat64, and we would define the
 * wrong one. */
#undef _FILE_OFFSET_BITS

#include <stdint.h>
#include <sys/time.h>
#include <time.h>

#define NS_OF_SECOND INT64_C(1000000000)

/* The file below /run that the box writes: "FACTOR WALL STEADY BOOT\n", decimal, nanoseconds. */
#define CLOCK_FILE "/run/box/clock"
/* Another file, for programs outside of a box; the box's goes first. */
#define CLOCK_VARIABLE "FAKESMTP_BOX_CLOCK"

enum scale_clock { SCALE_WALL, SCALE_STEADY, SCALE_BOOT, N_SCALE_CLOCKS };

#pragma GCC visibility push(hidden)

/* Which of the clocks this is, or -1: processor times and others that are left alone. */
int scale_which(clockid_t id);

int64_t scale_now(enum scale_clock clock); /* in the box's time */

/* Points in time. Rounded so that there and back gives the same second. */
int64_t scale_to_box(enum scale_clock clock, int64_t machine_ns);
int64_t scale_to_machine(enum scale_clock clock, int64_t box_ns);

/* Spans. A wait is never too short: it is rounded up. */
int64_t scale_wait(int64_t box_ns);
int64_t scale_span(int64_t machine_ns);

/* A point in time of the box whose clock the caller does not tell: what lies decades after 1970 is
 * the wall's. */
int64_t scale_guess_to_machine(int64_t box_ns, enum scale_clock *clock);

int64_t scale_ns(const struct timespec *at); /* saturates */
struct timespec scale_timespec(int64_t ns);
int64_t scale_ns_of_timeval(const struct timeval *at);
struct timeval scale_timeval(int64_t ns);    /* down to the microsecond */
struct timeval scale_timeval_up(int64_t ns); /* up: for waits */

#pragma GCC visibility pop

#endif
