/* SPDX-License-Identifier: BSD-2-Clause */
/* summary.h - what many bounces have in common: --summary. */
#ifndef SUMMARY_H
#define SUMMARY_H

#include "cli.h"
#include "origin.h"
#include "tally.h"

enum { KINDS = 9, WINDOW = 6 * 3600, INSIGHTS_MOST = 200, SENTENCE_MOST = 500 };

struct summary {
    uint64_t messages, kinds[KINDS], recipients, failed;
    uint64_t reasons[REASONS_MOST], expired, dead, backscatter, programs;
    struct tallies addresses; /* failing and passing recipients */
    struct tallies domains;   /* of recipients */
    struct tallies remotes;   /* servers that answered, or did not */
    struct tallies senders;   /* From of what came back */
    struct tallies blocks;    /* "network ip" */
    struct tallies sources;   /* sending IP addresses that are blocked */
    struct tallies waves;     /* "domain window" of mail that expired */
    struct tallies actors, classes, strays;
};

/* NULL: out of memory. */
struct summary *summary_new(void);
void summary_free(struct summary *summary);
/* view->origin may be NULL. */
void summary_add(struct summary *summary, const struct view *view);
void summary_print(struct cli *cli);

/* One thing that stands out. */
struct insight {
    const char *kind; /* "expiry-wave", ... */
    char what[SENTENCE_MOST];
    const char *advice;
    uint64_t count;
    const struct tally *tally; /* its evidence */
};

/* insights.c: fills list (INSIGHTS_MOST) with the weightiest first; false: out of memory. */
bool insights_find(const struct summary *summary, struct insight *list, size_t *count);

#endif
