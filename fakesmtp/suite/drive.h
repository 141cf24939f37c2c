/* SPDX-License-Identifier: BSD-2-Clause */
/* drive.h - one call of an MTA's driver, inside the box: `driver queue`, `driver inject`. */
#ifndef FAKESMTP_SUITE_DRIVE_H
#define FAKESMTP_SUITE_DRIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <uv.h>

struct drive;

/* Called once, from the loop, when the call is over and nothing of it is open any more. said: its
 * answer was not empty. why is NULL after status 0, else one clause without a
 * full stop ("driver queue: status 2"), and the callback's to free. */
typedef void drive_cb(void *ctx, bool said, char *why);

/* What the call is to do. Borrowed for drive_start only, but input, which is kept until done. */
struct drive_call {
    const char *const *args; /* of the driver, the word first; NULL-terminated */
    const char *input;       /* its standard input; NULL: it has none */
    size_t input_len;
    bool asks; /* its standard output is an answer, and over when that has ended; else it is ours */
    unsigned limit_ms; /* real time, above 0; a call that takes longer is killed */
    drive_cb *done;
    void *ctx;
};

/* Starts it, in a process group of its own; its standard error is ours, which people see. What it
 * cannot start is told to done as well. */
struct drive *drive_start(uv_loop_t *loop, const struct drive_call *call);

/* Ends it at once, with all it started and did not put into a session of its own; done follows. */
void drive_kill(struct drive *d);

#endif
