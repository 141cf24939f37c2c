/* SPDX-License-Identifier: BSD-2-Clause */
/* phrase.h - a phrase as a tree, and what is made of it. */
#ifndef BOUNCE_PHRASE_H
#define BOUNCE_PHRASE_H

#include "rulemem.h"

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
/* How many characters it comes to when every repetition is written out: what it costs libhs in time
 * and memory. */
uint64_t bounce__phrase_weight(const struct node *tree);
/* For libhs, which finds where a match ends. */
char *bounce__phrase_regex(struct rulemem *memory, const struct node *tree);
/* Must a match end where a word ends? libhs is not asked to check that. */
bool bounce__phrase_ends_word(const struct node *tree);
/* Instructions (program.h) that walk from the end of a match back to its start. Returns their
 * number. */
size_t bounce__phrase_program(struct rulemem *memory, const struct node *tree, uint16_t **program);

#endif
