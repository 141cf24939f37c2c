/* SPDX-License-Identifier: BSD-2-Clause */
/* compile.h - from phrases to an automaton: steps.c, subsets.c, layout.c in turn. */
#ifndef BOUNCE_COMPILE_H
#define BOUNCE_COMPILE_H

#include "automaton.h"
#include "intern.h"
#include "rulefile.h"

/* Bounds of time and memory; what is built in comes to 90000 states. */
enum { STEPS_MOST = 60000, STATES_MOST = 1 << 20, SITE_STATES_MOST = 1 << 17 };

/* An automaton and how long its arrays are. */
struct compiled {
    struct automaton automaton;
    size_t code_size, step_count, ends_count;
};

/* All of *out is in keep; work may be freed. False: it would have more states than states_most, or
 * be too large in another way. */
bool bounce__compile(struct rulemem *keep, struct rulemem *work, const struct patterns *patterns,
    size_t states_most, struct compiled *out);

/* steps.c: the steps of all chains, and the pieces that they have in common. */
struct steps {
    struct step *steps;
    size_t count, gap_count;
    struct intern pieces;          /* spellings */
    const struct piece **examples; /* of each piece */
    uint32_t *piece_of;            /* of each step */
};

bool bounce__steps(
    struct rulemem *keep, struct rulemem *work, const struct patterns *patterns, struct steps *out);

/* subsets.c: states as rows. */
struct edge {
    uint32_t to; /* a row */
    uint8_t byte;
};

struct row {
    size_t first_edge, edge_count;
    uint32_t rest; /* a row, number + 1 */
    uint32_t ends; /* a list, number + 1 */
};

struct rows {
    struct row *rows;
    size_t count;
    uint32_t roots[2]; /* where a word may begin: all pieces; inside of one: those that may be */
    struct edge *edges;
    size_t edge_count, edge_cap;
    struct intern lists; /* of steps that end: uint16_t each */
};

bool bounce__subsets(
    struct rulemem *work, const struct steps *steps, size_t states_most, struct rows *out);

/* layout.c: rows as code. */
bool bounce__layout(
    struct rulemem *keep, struct rulemem *work, const struct rows *rows, struct compiled *out);

#endif
