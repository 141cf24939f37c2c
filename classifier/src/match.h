/* SPDX-License-Identifier: BSD-2-Clause */
/* match.h - all phrases of all rules over one text in one pass. */
#ifndef BOUNCE_MATCH_H
#define BOUNCE_MATCH_H

#include "fold.h"
#include "learned.h"
#include "reply.h"
#include "rules.h"

/* Zones of the text, most telling first. */
enum zone { ZONE_DECISIVE, ZONE_SAID, ZONE_REST, ZONE_COUNT };

enum { FOLD_MOST = 16 * 1024, HITS_MOST = 512 };

/* A rule whose words stand in the text. Conditions on codes and stage are not looked at here. */
struct hit {
    const struct rule *rule;
    uint8_t engine; /* 0: built in; others: a site's own, which win */
    uint8_t zone;
    uint8_t phrases;   /* how many of the rule's there are */
    uint32_t from, to; /* the words, in the folded text */
};

struct matcher;

/* Compiled rules: those built in, or a set of a site's own. */
struct engine;

enum { ENGINES_MOST = 16 };

/* Points that lift a site's rule above all others. */
enum { SITE_BONUS = 1000 };

static inline int hit_strength(const struct hit *hit)
{
    return hit->rule->strength + (hit->engine ? SITE_BONUS : 0);
}

/* What its words prove. A topic's add up, to less than those of any rule that knows what is said.
 */
static inline int hit_points(const struct hit *hit)
{
    int more = hit->phrases < 3 ? hit->phrases - 1 : 2;

    return hit->rule->strength + (hit->rule->strength == STRENGTH_TOPIC ? 5 * more : 0);
}

/* 0, or -1 when memory ran out. */
int bounce__matcher_new(struct matcher **out);
void bounce__matcher_free(struct matcher *matcher);
/* Adds rules where there is room; the table is kept and must outlive the matcher. -1: memory ran
 * out, and nothing has changed. */
int bounce__matcher_add(struct matcher *matcher, const struct rule_table *table);
/* No room for more rules? */
bool bounce__matcher_full(const struct matcher *matcher);
/* Sets all counts to zero. */
void bounce__matcher_forget(struct matcher *matcher);
/* Takes the rules that were added last away again. */
void bounce__matcher_drop(struct matcher *matcher);
/* Rules of all engines in turn, the built-in ones first, and in how many texts each was found. */
size_t bounce__matcher_rules(const struct matcher *matcher);
const struct rule *bounce__matcher_rule(const struct matcher *matcher, size_t i, uint64_t *found);

/* The text to match: folded bytes and where each zone ends. */
struct matching {
    struct fold fold; /* buffers of the matcher, FOLD_MOST each */
    size_t zone_end[ZONE_COUNT];
    size_t matched; /* so far */
    struct hit hits[HITS_MOST];
    size_t hit_count;
    struct leaning leaning; /* what lessons say of the decisive zone */
};

/* The matcher's own buffers, emptied. */
struct matching *bounce__matching(struct matcher *matcher);
/* The same, as they are. */
struct matching *bounce__matching_of(struct matcher *matcher);
/* Takes the text of this zone, and of those behind it, away again with what was found there. */
void bounce__matching_cut(struct matcher *matcher, enum zone zone);
/* Fills hits. Only what was not matched before is read; each zone ends with a line end, behind
 * which no phrase goes on. */
void bounce__match(struct matcher *matcher);

#endif
