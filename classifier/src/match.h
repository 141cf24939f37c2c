/* SPDX-License-Identifier: BSD-2-Clause */
/* match.h - all phrases of all rules over one text in one pass (libhs). */
#ifndef BOUNCE_MATCH_H
#define BOUNCE_MATCH_H

#include "reply.h"
#include "rules.h"

/* Zones of the text, most telling first. */
enum zone { ZONE_DECISIVE, ZONE_SAID, ZONE_REST, ZONE_COUNT };

enum { FOLD_MOST = 16 * 1024, HITS_MOST = 512 };

/* A rule whose words stand in the text. Conditions on codes and stage are not looked at here. */
struct hit {
    uint16_t rule;
    uint8_t zone;
    uint16_t phrase;
    uint32_t to; /* where the words end, in the folded text */
};

struct matcher;

/* 0, or -1 when memory ran out. */
int bounce__matcher_new(struct matcher **out);
void bounce__matcher_free(struct matcher *matcher);

/* The text to match: folded bytes and where each zone ends. */
struct matching {
    struct fold fold; /* buffers of the matcher, FOLD_MOST each */
    size_t zone_end[ZONE_COUNT];
    struct hit hits[HITS_MOST];
    size_t hit_count;
};

/* The matcher's own buffers, emptied. */
struct matching *bounce__matching(struct matcher *matcher);
/* The same, as they are. */
struct matching *bounce__matching_of(struct matcher *matcher);
/* Where the words of a hit begin: asked for the one that decided. */
size_t bounce__match_start(struct matcher *matcher, const struct hit *hit);
/* Fills hits. False: memory ran out. */
bool bounce__match(struct matcher *matcher);

#endif
