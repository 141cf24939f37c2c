/* SPDX-License-Identifier: BSD-2-Clause */
/* scan.h - where the phrases of an automaton stand in a text. */
#ifndef BOUNCE_SCAN_H
#define BOUNCE_SCAN_H

#include "automaton.h"

/* Where a step ended last, and where its phrase began. */
struct step_end {
    uint32_t scan; /* the scan that this was in */
    uint32_t end, from;
};

enum {
    DUE_SLOTS = 512, /* more than a piece is long */
    DUE_MOST = 4096, /* ends that lie ahead of where is read; what is more is passed over */
};

/* An end that counts from some place on. */
struct due {
    uint16_t next, step; /* next: number + 1 */
    uint32_t end, from;
};

/* Working space of a scan, zeroed before its first use. */
struct scan_space {
    uint16_t slots[DUE_SLOTS], last[DUE_SLOTS]; /* by place: number + 1 of the first and the last */
    struct due dues[DUE_MOST];
    uint16_t free; /* number + 1 */
    uint16_t used;
    uint16_t waiting;
};

/* Phrase `phrase` stands from..to; called in the order of `to`. */
typedef void scan_found(void *context, unsigned phrase, size_t from, size_t to);

/* Scans text[from..to); text[from - 1] and text[to - 1] are line ends, which no phrase holds.
 * ends: gap_count of them, zeroed before the first scan, and *round too. */
void bounce__scan(const struct automaton *automaton, struct scan_space *space,
    struct step_end *ends, uint32_t *round, struct span text, size_t from, scan_found *found,
    void *context);

#endif
