/* SPDX-License-Identifier: BSD-2-Clause */
/* stage.c - at which point of the session it failed: names, words, and what the point suggests. */
#include "reason.h"

static const char *const names[STAGE_COUNT] = {NULL, "connect", "ehlo", "starttls", "auth", "mail",
    "rcpt", "data", "eom", "rset", "quit", "other", "close"};

const char *bounce__stage_name(enum stage stage)
{
    return stage > STAGE_NONE && stage < STAGE_COUNT ? names[stage] : NULL;
}

enum stage bounce__stage_of(const char *name)
{
    for (int i = 1; name && i < STAGE_COUNT; i++)
        if (span_same(span_str(name), names[i]))
            return (enum stage)i;
    return STAGE_NONE;
}

enum stage bounce__stage_find(const struct matching *matching)
{
    const struct hit *best = NULL;

    for (size_t i = 0; i < matching->hit_count; i++) {
        const struct hit *hit = &matching->hits[i];
        const struct rule *rule = hit->rule;

        if (rule->kind != RULE_STAGE || (hit->zone == ZONE_REST && rule->strength < STRENGTH_SURE))
            continue;
        if (!best || (best->zone == ZONE_REST && hit->zone != ZONE_REST) ||
            (hit_strength(best) < hit_strength(hit) && hit->zone != ZONE_REST) ||
            (hit_strength(best) == hit_strength(hit) && best->zone > hit->zone))
            best = hit;
    }
    return best ? (enum stage)best->rule->target : STAGE_NONE;
}

/* A tie-breaker only: an unknown stage must never change a reason that has words of its own. */
int bounce__stage_leaning(enum stage stage, const char *class_)
{
    static const struct {
        enum stage stage;
        const char *class_;
    } leanings[] = {{STAGE_CONNECT, "block"}, {STAGE_EHLO, "block"}, {STAGE_MAIL, "block"},
        {STAGE_RCPT, "address"}, {STAGE_EOM, "content"}, {STAGE_DATA, "content"}};

    for (size_t i = 0; i < COUNT(leanings); i++)
        if (leanings[i].stage == stage && !strcmp(leanings[i].class_, class_))
            return 2;
    return 0;
}
