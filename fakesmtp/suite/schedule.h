/* SPDX-License-Identifier: BSD-2-Clause */
/* schedule.h - plays several senders, so many at a time that none takes the processor from another
 * that is due. */
#ifndef FAKESMTP_SUITE_SCHEDULE_H
#define FAKESMTP_SUITE_SCHEDULE_H

#include "suite/boxed.h"

struct schedule_sender {
    struct mta *mta;        /* borrowed; NULL: the built-in sender */
    struct outcome outcome; /* its sender is set; filled here. Not begun when a signal came first */
};

struct schedule {
    const struct boxed_config *config; /* borrowed */
    unsigned jobs;                     /* real MTAs at a time; at least 1 */
    bool progress;                     /* show a bar on standard error: it is a terminal */
};

/* How many real MTAs at a time suit this machine: one for two processors, since each of them is
 * dozens of processes and takes most of one for seconds. */
unsigned schedule_jobs(void);

/* Plays them all, and returns when all have ended. The built-in sender, and an MTA whose clock is
 * compressed, have the machine for themselves. What a sender says goes to standard error with its
 * name before it. SIGINT, SIGTERM and SIGHUP end everything at once; returns the signal's number,
 * or 0. */
int schedule_run(const struct schedule *schedule, struct schedule_sender *senders, size_t count);

#endif
