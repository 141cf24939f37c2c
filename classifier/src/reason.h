/* SPDX-License-Identifier: BSD-2-Clause */
/* reason.h - weighing what the text, the codes and the stage say: one reason per recipient. */
#ifndef BOUNCE_REASON_H
#define BOUNCE_REASON_H

#include "match.h"
#include "record.h"

enum { CAUSES_MOST = 6, DECIDED_BY_MOST = 40 };

/* What was found out about one recipient; indexes into bounce__reasons. */
struct decision {
    uint8_t reason;
    const struct rule *rule; /* NULL: by a code, or not at all */
    bool by_site;            /* the rule is a site's own */
    bool by_learning;        /* no rule and no code: words that lessons have */
    int against; /* what lessons have for such words is so much likelier, in 256ths of a nat */
    char by[DECIDED_BY_MOST]; /* how, when without a rule: "status 5.1.1" */
    double confidence;
    enum stage stage;
    bool marks[MARK_COUNT];
    struct reply reply;   /* the SMTP reply that counts */
    struct status status; /* the enhanced status that counts */
    bool expired;
    bool contradiction;  /* reply and status disagree on permanent or transient */
    bool outvoted;       /* the status means something of another class than the words */
    uint8_t status_says; /* the reason that it means, when outvoted */
    bool has_evidence;
    size_t from, to;              /* the words, in the folded text */
    uint8_t runners[CAUSES_MOST]; /* other reasons the text allows, likeliest first */
    size_t runner_count;
};

/* The matcher has the folded text of this record and its hits. */
void bounce__decide(struct decision *decision, const struct matching *matching,
    const struct record *record, enum stage stage, bool failed);

/* The server's own words, folded. */
struct span bounce__decisive_words(const struct matching *matching);

/* The tree of reasons (tree.c). -1 when unknown. */
int bounce__reason_index(const char *name);
uint8_t bounce__reason_named(const char *name); /* "undefined" when unknown */

/* stage.c */
const char *bounce__stage_name(enum stage stage); /* NULL for STAGE_NONE */
enum stage bounce__stage_of(const char *name);
/* The stage that the words name; the strongest hit of the most telling zone. */
enum stage bounce__stage_find(const struct matching *matching);
/* A small bonus for reasons that usually arise at this stage. */
int bounce__stage_leaning(enum stage stage, const char *class_);

#endif
