/* SPDX-License-Identifier: BSD-2-Clause */
/* outcome.h - what came of one sender: whether it was played at all, and its results. */
#ifndef FAKESMTP_SUITE_OUTCOME_H
#define FAKESMTP_SUITE_OUTCOME_H

#include "suite/result.h"

enum outcome_state {
    OUTCOME_WAITING, /* not begun */
    OUTCOME_PLAYED,
    OUTCOME_SKIPPED, /* not possible on this machine: why says what to do */
    OUTCOME_FAILED,  /* why */
    OUTCOME_STOPPED, /* by a signal, before it was through */
};

struct outcome {
    char *sender; /* its name: "builtin", "postfix" */
    enum outcome_state state;
    char *why;      /* of a sender that was played: what could not be written besides its results */
    double seconds; /* on the wall, from its start to its end */
    struct results results;
};

const char *outcome_word(enum outcome_state state); /* "played", "skipped", ... */
/* The first result that was played; NULL when there is none. Of a sender all have the same clock
 * and version. */
const struct result *outcome_first(const struct outcome *outcome);
void outcome_deinit(struct outcome *outcome);

/* How many results there are of which kind; may be added up over several senders. */
struct tally {
    size_t verdicts[VERDICT_MISSING + 1];     /* of those that were played */
    size_t played, passed, skipped, unstated; /* of no expectation, so not among the played */
};
void tally_add(struct tally *tally, const struct results *results);

#endif
