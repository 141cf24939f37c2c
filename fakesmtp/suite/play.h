/* SPDX-License-Identifier: BSD-2-Clause */
/* play.h - plays scenarios with one sender, all at once, each on its own domain, and has the
 * outcome judged.
 *
 * Two ways: the built-in sender lives on the same loop as the servers, so time may jump; a real MTA
 * is a process of its own inside a box (mta/README.md), where this runs as well. */
#ifndef FAKESMTP_SUITE_PLAY_H
#define FAKESMTP_SUITE_PLAY_H

#include "suite/result.h"
#include "suite/world.h"

struct mta;

struct play_config {
    struct world_scenario *scenarios; /* borrowed; their records are filled */
    size_t count;
    double speed; /* CLOCK_JUMP, or how many seconds go into one; an MTA's folder has its own */
    uint64_t seed;
    struct transcript *transcript; /* may be NULL */
    /* How many scenarios have come to something, of count; from the loop. May be NULL. */
    void (*on_progress)(void *ctx, size_t decided);
    void *ctx;
};

/* True: one result a scenario was added. False: *why (caller frees), nothing was added. */
bool play_builtin(const struct play_config *config, struct results *results, char **why) MUST_CHECK;
/* Inside the box of this MTA only. True with *why set: its bounces could not be kept. */
bool play_mta(const struct play_config *config, const struct mta *mta, struct results *results,
    char **why) MUST_CHECK;

/* For both: judges every scenario. */
struct judge_sender;
struct play_sender {
    const char *name, *version; /* version may be NULL */
    const char *clock;          /* it ran on, for people */
    const struct judge_sender *how;
};
bool play_judge(const struct play_config *config, const struct play_sender *sender,
    struct results *results, char **why) MUST_CHECK;
size_t play_decided(const struct play_config *config);

#endif
