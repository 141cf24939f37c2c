/* SPDX-License-Identifier: BSD-2-Clause */
/* explain.h - a decision in plain words, and the explanation that callers keep. */
#ifndef BOUNCE_EXPLAIN_H
#define BOUNCE_EXPLAIN_H

#include "bounce.h"
#include "reason.h"

enum { RECIPIENT_TEXTS = 19, RECIPIENT_FLAGS = 4, RECIPIENT_NUMBERS = 7, MESSAGE_TEXTS = 4 };

struct bounce_recipient {
    const char *texts[RECIPIENT_TEXTS]; /* from BOUNCE_ADDRESS on */
    bool flags[RECIPIENT_FLAGS];
    double confidence;
    bool has_span;
    size_t offset, length;
    const char *causes[CAUSES_MOST + 1];
    bool has_number[RECIPIENT_NUMBERS];
    int64_t numbers[RECIPIENT_NUMBERS];
};

struct bounce {
    struct arena arena; /* owns everything below */
    enum bounce_kind kind;
    const char *texts[MESSAGE_TEXTS];
    struct bounce_recipient *recipients;
    size_t recipient_count;
};

/* What the explanation may name. */
struct facts {
    struct span address, domain, mta, ip, list, limit, url;
};

/* Looks for the facts that the templates name, near the evidence. Spans point into the folded text
 * or the record. */
void bounce__facts_find(struct facts *facts, const char *templates[2],
    const struct matching *matching, const struct decision *decision, const struct record *record);
/* "{address} does not exist[ at {mta}]." with facts put in; a bracket whose fact is unknown
 * disappears. */
const char *bounce__fill(struct arena *arena, const char *template, const struct facts *facts);

/* Everything about one recipient; strings go to the bounce's arena. */
void bounce__explain(struct bounce *bounce, struct bounce_recipient *out,
    const struct record *record, const struct decision *decision, const struct matching *matching,
    const char *action);

#endif
