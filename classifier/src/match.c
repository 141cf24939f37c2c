/* SPDX-License-Identifier: BSD-2-Clause */
/* match.c - from phrases that occur to rules that hold. */
#include "match.h"
#include "program.h"
#include <hs.h>
#include <stdlib.h>

/* What is known of one rule in one zone. */
struct seen {
    uint8_t needs; /* one bit per condition that is met */
    bool said, vetoed, listed;
    uint16_t phrase;
    uint32_t to;
};

struct matcher {
    hs_database_t *database;
    hs_scratch_t *scratch;
    struct seen *seen; /* rule_count * ZONE_COUNT */
    uint32_t *touched; /* indexes into seen */
    size_t touched_count;
    struct matching matching;
    struct program_run run;
    char out[FOLD_MOST];
    uint32_t at[FOLD_MOST];
};

/* The database that was built with the library fits the libhs that runs, or is built anew from the
 * patterns: libhs refuses databases of another version of itself. */
static int open_database(hs_database_t **database)
{
    hs_error_t status =
        hs_deserialize_database((const char *)bounce__database, bounce__database_size, database);
    hs_compile_error_t *error = NULL;
    unsigned *flags, *ids;

    if (status == HS_SUCCESS)
        return 0;
    if (status == HS_NOMEM)
        return -1;
    flags = malloc(bounce__pattern_count * sizeof *flags);
    ids = malloc(bounce__pattern_count * sizeof *ids);
    for (unsigned i = 0; flags && ids && i < bounce__pattern_count; i++) {
        flags[i] = 0;
        ids[i] = i;
    }
    status = flags && ids
                 ? hs_compile_multi(bounce__patterns, flags, ids, (unsigned)bounce__pattern_count,
                       HS_MODE_BLOCK, NULL, database, &error)
                 : HS_NOMEM;
    hs_free_compile_error(error);
    free(flags);
    free(ids);
    return status == HS_SUCCESS ? 0 : -1;
}

int bounce__matcher_new(struct matcher **out)
{
    struct matcher *matcher = calloc(1, sizeof *matcher);

    *out = NULL;
    if (!matcher)
        return -1;
    matcher->seen = calloc(bounce__rule_count * ZONE_COUNT, sizeof *matcher->seen);
    matcher->touched = calloc(bounce__rule_count * ZONE_COUNT, sizeof *matcher->touched);
    if (!matcher->seen || !matcher->touched || open_database(&matcher->database) < 0 ||
        hs_alloc_scratch(matcher->database, &matcher->scratch) != HS_SUCCESS) {
        bounce__matcher_free(matcher);
        return -1;
    }
    *out = matcher;
    return 0;
}

void bounce__matcher_free(struct matcher *matcher)
{
    if (!matcher)
        return;
    hs_free_scratch(matcher->scratch);
    hs_free_database(matcher->database);
    free(matcher->touched);
    free(matcher->seen);
    free(matcher);
}

struct matching *bounce__matching(struct matcher *matcher)
{
    struct matching *matching = &matcher->matching;

    matching->fold = (struct fold){.out = matcher->out, .at = matcher->at, .cap = FOLD_MOST};
    memset(matching->zone_end, 0, sizeof matching->zone_end);
    matching->hit_count = 0;
    return matching;
}

struct matching *bounce__matching_of(struct matcher *matcher)
{
    return &matcher->matching;
}

static unsigned zone_of(const struct matching *matching, size_t at)
{
    unsigned zone = 0;

    while (zone + 1 < ZONE_COUNT && at >= matching->zone_end[zone])
        zone++;
    return zone;
}

/* The first match counts; libhs reports every end, so one that only grew replaces it. */
static void note_said(struct seen *seen, unsigned phrase, uint32_t to)
{
    if (seen->said && !(seen->phrase == phrase && to - seen->to <= 12))
        return;
    seen->said = true;
    seen->phrase = (uint16_t)phrase;
    seen->to = to;
}

static int on_phrase(
    unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *context)
{
    struct matcher *matcher = context;
    unsigned zone = zone_of(&matcher->matching, (size_t)to - 1);

    for (unsigned u = bounce__first_use[id]; u < bounce__first_use[id + 1]; u++) {
        const struct rule_use *use = &bounce__uses[u];
        uint32_t index = (uint32_t)(use->rule * ZONE_COUNT + zone);
        struct seen *seen = &matcher->seen[index];

        if (!seen->listed) {
            seen->listed = true;
            matcher->touched[matcher->touched_count++] = index;
        }
        if (use->role == USE_SAY)
            note_said(seen, id, (uint32_t)to);
        else if (use->role == USE_NEED)
            seen->needs |= (uint8_t)(1u << use->need);
        else
            seen->vetoed = true;
    }
    return 0;
}

/* What a rule needs beside its words may stand in any zone; a veto holds in its own zone and in
 * less telling ones. */
static void take_hit(struct matcher *matcher, uint32_t index)
{
    struct matching *matching = &matcher->matching;
    unsigned rule = index / ZONE_COUNT, zone = index % ZONE_COUNT;
    const struct seen *zones = &matcher->seen[rule * ZONE_COUNT];
    uint8_t all = (uint8_t)((1u << bounce__rules[rule].needs) - 1), needs = 0;
    bool vetoed = false;

    for (unsigned z = 0; z < ZONE_COUNT; z++) {
        needs |= zones[z].needs;
        vetoed |= z <= zone && zones[z].vetoed;
    }
    if (zones[zone].said && !vetoed && (needs & all) == all && matching->hit_count < HITS_MOST)
        matching->hits[matching->hit_count++] = (struct hit){.rule = (uint16_t)rule,
            .zone = (uint8_t)zone,
            .phrase = zones[zone].phrase,
            .to = zones[zone].to};
}

size_t bounce__match_start(struct matcher *matcher, const struct hit *hit)
{
    return bounce__program_start(&matcher->run, bounce__programs + bounce__first_word[hit->phrase],
        matcher->matching.fold.out, hit->to);
}

bool bounce__match(struct matcher *matcher)
{
    struct matching *matching = &matcher->matching;
    hs_error_t status;

    matching->hit_count = 0;
    matcher->touched_count = 0;
    status = hs_scan(matcher->database, matching->fold.out, (unsigned)matching->fold.n, 0,
        matcher->scratch, on_phrase, matcher);
    for (size_t i = 0; i < matcher->touched_count; i++)
        take_hit(matcher, matcher->touched[i]);
    for (size_t i = 0; i < matcher->touched_count; i++)
        matcher->seen[matcher->touched[i]] = (struct seen){0};
    return status == HS_SUCCESS;
}
