/* SPDX-License-Identifier: BSD-2-Clause */
/* run.h - `fakesmtp run` in its parts: what is chosen, what runs in the process of one sender, what
 * is reported. */
#ifndef FAKESMTP_CLI_RUN_H
#define FAKESMTP_CLI_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "suite/schedule.h"

struct run {      /* what the command line says; texts are borrowed unless said otherwise */
    char **words; /* --sender; owned */
    size_t word_count;
    char **paths; /* scenario files; owned */
    size_t count;
    struct schedule_sender *senders; /* owned, and their mta */
    size_t sender_count;
    double speed;
    uint64_t seed;
    unsigned jobs;
    bool tap, verbose, required;
    const char *json, *junit, *transcript_path, *profile, *cache, *work;
    const char *play; /* inside the process of this sender */
    int results_fd, transcript_fd;
};

/* Each says what is wrong on standard error, and returns false. */
bool run_find_scenarios(struct run *run, const char *datadir, int count, char **words);
bool run_find_senders(struct run *run);
bool run_check_scenarios(const struct run *run, const char *datadir); /* loads each once */

/* The process of one sender, started by suite/boxed.c. Returns the exit status. */
int run_inside(const struct run *run, const char *datadir);

#endif
