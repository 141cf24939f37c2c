/* SPDX-License-Identifier: BSD-2-Clause */
/* match.c - from phrases that occur to rules that hold. */
#include "links.h"
#include "match.h"
#include "program.h"
#include <stdlib.h>

/* What is known of one rule in one zone. */
struct seen {
    uint8_t needs; /* one bit per condition that is met */
    bool said, vetoed, listed;
    uint16_t phrase;
    uint32_t to;
    uint32_t phrases; /* one bit for each, while they are no more than 32 */
};

struct engine {
    const struct rule_table *table;
    struct database database;
    struct seen *seen; /* rule_count * ZONE_COUNT */
    uint32_t *touched; /* indexes into seen */
    size_t touched_count;
    uint64_t *found; /* of each rule: texts in which it held */
};

struct matcher {
    struct engine engines[ENGINES_MOST];
    size_t engine_count;
    struct rule_table built_in;
    hs_scratch_t *scratch; /* for all databases */
    struct matching matching;
    struct links links;
    struct program_run run;
    char out[FOLD_MOST];
    uint32_t at[FOLD_MOST];
};

static const struct rule_table *built_in(struct rule_table *table)
{
    *table = (struct rule_table){.rules = bounce__rules,
        .rule_count = bounce__rule_count,
        .patterns = bounce__patterns,
        .pattern_count = bounce__pattern_count,
        .first_use = bounce__first_use,
        .ends_word = bounce__ends_word,
        .uses = bounce__uses,
        .programs = bounce__programs,
        .first_word = bounce__first_word};
    return table;
}

static void engine_free(struct engine *engine)
{
    bounce__database_free(&engine->database);
    free(engine->touched);
    free(engine->seen);
    free(engine->found);
    *engine = (struct engine){0};
}

static enum database_status engine_fill(
    struct matcher *matcher, struct engine *engine, size_t *phrase)
{
    size_t n = engine->table->rule_count + 1;
    enum database_status status;

    *phrase = SIZE_MAX;
    engine->seen = calloc(n * ZONE_COUNT, sizeof *engine->seen);
    engine->touched = calloc(n * ZONE_COUNT, sizeof *engine->touched);
    engine->found = calloc(n, sizeof *engine->found);
    if (!engine->seen || !engine->touched || !engine->found)
        return DATABASE_NO_MEMORY;
    status = bounce__database_open(&engine->database, engine->table, phrase);
    if (status == DATABASE_OK && !bounce__database_scratch(&engine->database, &matcher->scratch))
        status = DATABASE_NO_MEMORY;
    return status;
}

enum database_status bounce__matcher_add(
    struct matcher *matcher, const struct rule_table *table, size_t *phrase)
{
    struct engine *engine = &matcher->engines[matcher->engine_count];
    enum database_status status;

    *phrase = SIZE_MAX;
    if (bounce__matcher_full(matcher))
        return DATABASE_NO_MEMORY;
    *engine = (struct engine){.table = table};
    status = engine_fill(matcher, engine, phrase);
    if (status == DATABASE_OK)
        matcher->engine_count++;
    else
        engine_free(engine);
    return status;
}

void bounce__matcher_drop(struct matcher *matcher)
{
    if (matcher->engine_count > 1)
        engine_free(&matcher->engines[--matcher->engine_count]);
}

int bounce__matcher_new(struct matcher **out)
{
    struct matcher *matcher = calloc(1, sizeof *matcher);
    size_t phrase;

    *out = NULL;
    if (!matcher)
        return -1;
    if (bounce__matcher_add(matcher, built_in(&matcher->built_in), &phrase) != DATABASE_OK) {
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
    for (size_t i = 0; i < matcher->engine_count; i++)
        engine_free(&matcher->engines[i]);
    free(matcher);
}

bool bounce__matcher_full(const struct matcher *matcher)
{
    return matcher->engine_count == ENGINES_MOST;
}

void bounce__matcher_forget(struct matcher *matcher)
{
    for (size_t i = 0; i < matcher->engine_count; i++) {
        struct engine *engine = &matcher->engines[i];
        memset(engine->found, 0, engine->table->rule_count * sizeof *engine->found);
    }
}

size_t bounce__matcher_rules(const struct matcher *matcher)
{
    size_t n = 0;

    for (size_t i = 0; i < matcher->engine_count; i++)
        n += matcher->engines[i].table->rule_count;
    return n;
}

const struct rule *bounce__matcher_rule(const struct matcher *matcher, size_t i, uint64_t *found)
{
    for (size_t e = 0; e < matcher->engine_count; e++) {
        const struct engine *engine = &matcher->engines[e];

        if (i < engine->table->rule_count) {
            *found = engine->found[i];
            return &engine->table->rules[i];
        }
        i -= engine->table->rule_count;
    }
    return NULL;
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
    seen->phrases |= 1u << phrase % 32;
    if (seen->said && !(seen->phrase == phrase && to - seen->to <= 12))
        return;
    seen->said = true;
    seen->phrase = (uint16_t)phrase;
    seen->to = to;
}

struct scan {
    struct engine *engine;
    const struct matching *matching;
    const struct links *links;
};

static uint8_t bits(uint32_t set)
{
    uint8_t count = 0;

    for (; set; set &= set - 1)
        count++;
    return count;
}

static int on_phrase(
    unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *context)
{
    const struct scan *scan = context;
    struct engine *engine = scan->engine;
    const struct rule_table *table = engine->table;
    const struct fold *fold = &scan->matching->fold;
    unsigned zone = zone_of(scan->matching, (size_t)to - 1);
    bool in_link = bounce__links_have(scan->links, (size_t)to - 1);

    if (table->ends_word[id] && to < fold->n && byte_alnum(fold->out[to]))
        return 0;
    for (unsigned u = table->first_use[id]; u < table->first_use[id + 1]; u++) {
        const struct rule_use *use = &table->uses[u];
        uint32_t index = (uint32_t)(use->rule * ZONE_COUNT + zone);
        struct seen *seen = &engine->seen[index];

        if (in_link && table->rules[use->rule].kind == RULE_REASON &&
            !table->rules[use->rule].links)
            continue;
        if (!seen->listed) {
            seen->listed = true;
            engine->touched[engine->touched_count++] = index;
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
static void take_hit(struct matcher *matcher, size_t which, uint32_t index)
{
    struct matching *matching = &matcher->matching;
    struct engine *engine = &matcher->engines[which];
    unsigned number = index / ZONE_COUNT, zone = index % ZONE_COUNT;
    const struct rule *rule = &engine->table->rules[number];
    const struct seen *zones = &engine->seen[number * ZONE_COUNT];
    uint8_t all = (uint8_t)((1u << rule->needs) - 1), needs = 0;
    bool vetoed = false;

    for (unsigned z = 0; z < ZONE_COUNT; z++) {
        needs |= zones[z].needs;
        vetoed |= z <= zone && zones[z].vetoed;
    }
    if (!zones[zone].said || vetoed || (needs & all) != all || matching->hit_count >= HITS_MOST)
        return;
    engine->found[number]++;
    matching->hits[matching->hit_count++] = (struct hit){.rule = rule,
        .engine = (uint8_t)which,
        .zone = (uint8_t)zone,
        .phrases = bits(zones[zone].phrases),
        .phrase = zones[zone].phrase,
        .to = zones[zone].to};
}

size_t bounce__match_start(struct matcher *matcher, const struct hit *hit)
{
    const struct rule_table *table = matcher->engines[hit->engine].table;

    return bounce__program_start(&matcher->run, table->programs + table->first_word[hit->phrase],
        matcher->matching.fold.out, hit->to);
}

static bool scan(struct matcher *matcher, size_t which)
{
    struct engine *engine = &matcher->engines[which];
    struct matching *matching = &matcher->matching;
    struct scan context = {engine, matching, &matcher->links};
    hs_error_t status;

    engine->touched_count = 0;
    status = hs_scan(engine->database.all, matching->fold.out, (unsigned)matching->fold.n, 0,
        matcher->scratch, on_phrase, &context);
    for (size_t i = 0; i < engine->touched_count; i++)
        take_hit(matcher, which, engine->touched[i]);
    for (size_t i = 0; i < engine->touched_count; i++)
        engine->seen[engine->touched[i]] = (struct seen){0};
    return status == HS_SUCCESS;
}

/* A site's rules first, so that none is lost when there are more hits than room. */
bool bounce__match(struct matcher *matcher)
{
    bool good = true;

    matcher->matching.hit_count = 0;
    bounce__links_find(
        &matcher->links, span_of(matcher->matching.fold.out, matcher->matching.fold.n));
    for (size_t i = matcher->engine_count; i > 0; i--)
        good = scan(matcher, i - 1) && good;
    return good;
}
