/* SPDX-License-Identifier: BSD-2-Clause */
/* boxed.h - one sender, played by a process of its own: this program again, in the box of a real
 * MTA, or without a box for the built-in sender, whose clock jumps. Whatever becomes of that
 * process, the run goes on. */
#ifndef FAKESMTP_SUITE_BOXED_H
#define FAKESMTP_SUITE_BOXED_H

#include <stddef.h>
#include <stdint.h>
#include "suite/outcome.h"

struct uv_loop_s;
struct boxed;
struct mta;

/* The sender that needs no box. */
#define BOXED_BUILTIN "builtin"
/* What the program inside the box ends with when all was judged, but something else could not be
 * written: its line says what. The same as of every other trouble; then there are results missing.
 */
enum { BOXED_EXIT_TROUBLE = 2 };

struct boxed_config {         /* everything borrowed until the end */
    const char *const *paths; /* scenario files */
    size_t count;
    uint64_t seed;
    double speed;        /* of the built-in sender: as play_config has it */
    const char *profile; /* how the MTA is configured; NULL: queue, with short times */
    const char *cache;   /* where packages are unpacked; NULL: the user's */
    const char *work;    /* where logs are left, in a folder of the sender's name; NULL: nowhere */
    int transcript_fd;   /* -1: none */
    const char *transcript_path; /* what messages call it; may be NULL without one */
};

struct boxed_watcher { /* called from the loop */
    /* So many scenarios have come to something. */
    void (*on_progress)(void *ctx, size_t decided);
    /* It wrote this line on standard error, without its end. */
    void (*on_said)(void *ctx, const char *line);
    /* The end: outcome is filled, and the boxed is gone. */
    void (*on_done)(void *ctx);
    void *ctx;
};

/* Fetches the MTA's packages if they are not there, then plays. mta NULL: the built-in sender; else
 * borrowed until on_done. outcome is kept until then; its sender is set. on_done never comes before
 * this returns. */
struct boxed *boxed_start(struct uv_loop_s *loop, const struct boxed_config *config,
    const struct mta *mta, struct boxed_watcher watcher, struct outcome *outcome) MUST_CHECK;

/* Ends at once all that runs for it; the outcome is STOPPED. on_done still comes. */
void boxed_kill(struct boxed *boxed);

/* What the process inside prints on its results descriptor: a progress number or a result, one line
 * each. */
void boxed_tell_progress(int fd, size_t decided);
bool boxed_tell_results(int fd, const struct results *results);

#endif
