/* SPDX-License-Identifier: BSD-2-Clause */
/* phrase.h - a phrase as a tree, and what is made of it. */
#ifndef PHRASE_H
#define PHRASE_H

#include <stdint.h>
#include <stdbool.h>
#include <stddef.h>

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
    struct node *first, *next;
};

/* The tree; *why is set when the phrase is wrong. */
struct node *phrase_parse(const char *phrase, const char **why);
/* For libhs, which finds where a match ends. */
char *phrase_regex(const struct node *tree);
/* Must a match end where a word ends? libhs is not asked to check that. */
bool phrase_ends_word(const struct node *tree);
/* Instructions (program.h) that walk from the end of a match back to its start. Returns their
 * number. */
size_t phrase_program(const struct node *tree, uint16_t **program);

#endif
