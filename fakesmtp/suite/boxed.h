/* SPDX-License-Identifier: BSD-2-Clause */
/* boxed.h - runs this program again inside the box of a real MTA and collects its results. */
#ifndef FAKESMTP_SUITE_BOXED_H
#define FAKESMTP_SUITE_BOXED_H

#include <stddef.h>
#include <stdint.h>
#include "suite/result.h"

struct boxed_config {         /* everything borrowed */
    const char *mta;          /* folder below the data directory */
    const char *const *paths; /* scenario files */
    size_t count;
    uint64_t seed;
    const char *profile; /* how the MTA is configured; NULL: queue, with short times */
    const char *cache;   /* where packages are unpacked; NULL: the user's */
    const char *work;    /* where logs are left; NULL: nowhere */
    int transcript_fd;   /* -1: none */
    void (*on_progress)(void *ctx, size_t decided); /* may be NULL */
    void *ctx;
};

enum boxed_outcome {
    BOXED_DONE,    /* results were added */
    BOXED_SKIPPED, /* not possible on this machine: *why says what to do */
    BOXED_FAILED,  /* *why */
    BOXED_STOPPED, /* by a signal, which was passed on */
};

/* Fetches the MTA's packages first if they are not there. *why is the caller's to free; NULL when
 * DONE. */
enum boxed_outcome boxed_run(
    const struct boxed_config *config, struct results *results, char **why) MUST_CHECK;

/* What the program inside prints on its results descriptor: a progress number or a result, one line
 * each. */
void boxed_tell_progress(int fd, size_t decided);
bool boxed_tell_results(int fd, const struct results *results);

#endif
