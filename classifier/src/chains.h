/* SPDX-License-Identifier: BSD-2-Clause */
/* chains.h - a phrase as chains: pieces without gaps, and the gaps between them.
 *
 * What is optional or an alternative and holds a gap is written out, so that a phrase may be
 * several chains; nearly all are one. */
#ifndef BOUNCE_CHAINS_H
#define BOUNCE_CHAINS_H

#include "phrase.h"

enum gap {
    GAP_NONE,
    GAP_BLANKS, /* " * ": a blank, or two with up to GAP_MOST bytes between them */
    GAP_NEAR,   /* " .. ": up to GAP_MOST bytes */
};

enum { GAP_MOST = 60 };

struct piece {
    const struct node *const *nodes;
    size_t count;
    enum gap after; /* GAP_NONE: the last one */
};

struct chain {
    struct piece *pieces;
    size_t count;
    struct chain *next;
};

/* All in memory, nothing is copied of the tree. *why is set when there is a gap beside nothing. The
 * tree's weight has to be bounded (phrase.h). */
struct chain *bounce__chains(struct rulemem *memory, const struct node *tree, const char **why);

#endif
