/* SPDX-License-Identifier: BSD-2-Clause */
/* scoring.h - what speaks for each reason; between reason.c, which collects it, and verdict.c. */
#ifndef BOUNCE_SCORING_H
#define BOUNCE_SCORING_H

#include "reason.h"

struct score {
    int points;    /* of the words, or of the codes when there are none */
    int agreement; /* codes that say the same */
    const struct hit *hit;
    const char *code_kind; /* "status" or "reply" when a code gave the points */
};

struct scoring {
    struct decision *decision;
    const struct matching *matching;
    struct score scores[REASONS_MOST];
    struct status stated; /* of the report */
    bool decided_early;   /* the decisive zone has words that mean something */
    bool spoken;          /* a server answered in words, known or not */
};

/* Writes the reason, how it was found and the runners-up to the decision. */
void bounce__pick(struct scoring *scoring, bool codeless);

#endif
