/* SPDX-License-Identifier: BSD-2-Clause */
/* learned.h - what the words of a reply, taken together, speak for: weights learned from replies
 * whose meaning is known (lessons/). */
#ifndef BOUNCE_LEARNED_H
#define BOUNCE_LEARNED_H

#include "rules.h"
#include "terms.h"

/* Written by tools/rulec. */
struct learned_table {
    const uint32_t *hashes; /* of the terms that are known */
    const int8_t *weights;  /* of each term, one for every reason */
    const uint16_t *slots;  /* 1 and the index of a term, by its hash; 0: free */
    size_t slot_count;      /* a power of two */
    size_t reason_count;
    const int16_t *bias; /* of each reason, in 256ths of a nat */
    uint32_t unit;       /* a weight of 1, in 65536ths of a nat */
};

extern const struct learned_table bounce__learned;

enum { NAT = 256 };

struct leaning {
    bool heard;  /* there were words that lessons have */
    bool beside; /* not of the server's own words, there are none */
    uint8_t likeliest;
    /* How much less likely than the likeliest each reason is, in 256ths of a nat; 0 or less. */
    int32_t behind[REASONS_MOST];
    uint32_t from, to; /* the words that speak most for the likeliest; empty: only codes do */
};

/* text is folded (fold.h). */
void bounce__lean(struct leaning *leaning, const struct learned_table *table, struct span text);

#endif
