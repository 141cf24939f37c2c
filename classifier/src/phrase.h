/* SPDX-License-Identifier: BSD-2-Clause */
/* phrase.h - a phrase as a tree, and what can be said of it. */
#ifndef BOUNCE_PHRASE_H
#define BOUNCE_PHRASE_H

#include "rulemem.h"

enum {
    NUMBER_MOST = 9,  /* digits of a number */
    REPEATS_MOST = 5, /* of a group */
    VARIANTS_MOST = 64
};

enum node_kind {
    NODE_CHAR,
    NODE_NUMBER, /* # */
    NODE_REST,   /* ~ */
    NODE_GAP,    /* " * " */
    NODE_NEAR,   /* " .. " */
    NODE_SEQUENCE,
    NODE_CHOICE,
    NODE_OPTION,
    NODE_REPEAT,
};

struct node {
    enum node_kind kind;
    char c;
    struct node *first, *last, *next;
};

/* The tree, in memory; *why is set when the phrase is wrong. */
struct node *bounce__phrase_parse(struct rulemem *memory, const char *phrase, const char **why);
/* How many characters it comes to when every repetition is written out, and what stands around
 * gaps in each of its variants: what it costs in time and memory. UINT32_MAX: there are more than
 * VARIANTS_MOST of those. */
uint64_t bounce__phrase_weight(const struct node *tree);
bool bounce__phrase_may_be_nothing(const struct node *node);
bool bounce__phrase_has_gap(const struct node *node);
/* Does a match begin (end) with a letter or digit whatever it is? Then it has to begin (end) where
 * a word does. */
bool bounce__phrase_edge_is_word(const struct node *tree, bool at_end);
/* Nodes in a row, written alike whenever they are alike. */
char *bounce__phrase_spelling(
    struct rulemem *memory, const struct node *const *nodes, size_t count);

#endif
