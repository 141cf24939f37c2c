/* SPDX-License-Identifier: BSD-2-Clause */
/* match.c - from phrases that occur to rules that hold. */
#include "match.h"
#include "program.h"
#include <hs.h>
#include <stdlib.h>
#include <sys/mman.h>

/* What is known of one rule in one zone. */
struct seen {
    uint8_t needs; /* one bit per condition that is met */
    bool said, vetoed, listed;
    uint16_t phrase;
    uint32_t to;
};

struct matcher {
    hs_database_t *database;
    void *memory; /* where the database lies, when it is the one built in */
    size_t memory_size;
    hs_scratch_t *scratch;
    struct seen *seen; /* rule_count * ZONE_COUNT */
    uint32_t *touched; /* indexes into seen */
    size_t touched_count;
    struct matching matching;
    struct program_run run;
    char out[FOLD_MOST];
    uint32_t at[FOLD_MOST];
};

/* The database that was built with the library, into pages that are faulted in at once: one by one
 * they would be most of what it costs to explain one bounce in one process. False: libhs refuses
 * it, being another version. */
static bool load_database(struct matcher *matcher)
{
    const char *bytes = (const char *)bounce__database;
    size_t size = 0;

    if (hs_serialized_database_size(bytes, bounce__database_size, &size) != HS_SUCCESS)
        return false;
    matcher->memory =
        mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
    if (matcher->memory == MAP_FAILED) {
        matcher->memory = NULL;
        return false;
    }
    matcher->memory_size = size;
    matcher->database = matcher->memory;
    if (hs_deserialize_database_at(bytes, bounce__database_size, matcher->database) == HS_SUCCESS)
        return true;
    munmap(matcher->memory, size);
    matcher->memory = NULL;
    matcher->database = NULL;
    return false;
}

/* The same from the phrases, which takes a second or two. */
static bool compile_database(struct matcher *matcher)
{
    unsigned *flags = calloc(bounce__pattern_count, sizeof *flags);
    unsigned *ids = calloc(bounce__pattern_count, sizeof *ids);
    hs_compile_error_t *error = NULL;
    hs_error_t status = HS_NOMEM;

    for (unsigned i = 0; flags && ids && i < bounce__pattern_count; i++)
        ids[i] = i;
    if (flags && ids)
        status = hs_compile_multi(bounce__patterns, flags, ids, (unsigned)bounce__pattern_count,
            HS_MODE_BLOCK, NULL, &matcher->database, &error);
    hs_free_compile_error(error);
    free(flags);
    free(ids);
    return status == HS_SUCCESS;
}

int bounce__matcher_new(struct matcher **out)
{
    struct matcher *matcher = calloc(1, sizeof *matcher);

    *out = NULL;
    if (!matcher)
        return -1;
    matcher->seen = calloc(bounce__rule_count * ZONE_COUNT, sizeof *matcher->seen);
    matcher->touched = calloc(bounce__rule_count * ZONE_COUNT, sizeof *matcher->touched);
    if (!matcher->seen || !matcher->touched ||
        !(load_database(matcher) || compile_database(matcher)) ||
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
    if (matcher->memory)
        munmap(matcher->memory, matcher->memory_size);
    else
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
    bounce__fold_mark(&matching->fold, '\n'); /* phrases want a byte in front of them */
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
    const struct fold *fold = &matcher->matching.fold;
    unsigned zone = zone_of(&matcher->matching, (size_t)to - 1);

    if (bounce__ends_word[id] && to < fold->n && byte_alnum(fold->out[to]))
        return 0;
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
