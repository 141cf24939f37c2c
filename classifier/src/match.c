/* SPDX-License-Identifier: BSD-2-Clause */
/* match.c - from phrases that occur to rules that hold. */
#include "links.h"
#include "match.h"
#include "scan.h"
#include <stdlib.h>

/* What is known of one rule in one zone. */
struct seen {
    uint8_t needs; /* one bit per condition that is met */
    bool said, vetoed, listed;
    uint16_t phrase;
    uint32_t from, to;
    uint32_t phrases; /* one bit for each, of the first 32 */
};

struct engine {
    const struct rule_table *table;
    struct step_end *ends; /* of the scans so far */
    uint32_t scans;
    struct seen *seen; /* rule_count * ZONE_COUNT */
    uint32_t *touched; /* indexes into seen */
    size_t touched_count;
    uint64_t *found; /* of each rule: texts in which it held */
};

struct matcher {
    struct engine engines[ENGINES_MOST];
    size_t engine_count;
    struct scan_space space; /* for all engines */
    struct matching matching;
    struct links links;
    char out[FOLD_MOST];
    uint32_t at[FOLD_MOST];
};

static void engine_free(struct engine *engine)
{
    free(engine->ends);
    free(engine->touched);
    free(engine->seen);
    free(engine->found);
    *engine = (struct engine){0};
}

int bounce__matcher_add(struct matcher *matcher, const struct rule_table *table)
{
    struct engine *engine = &matcher->engines[matcher->engine_count];
    size_t n = table->rule_count + 1;

    if (bounce__matcher_full(matcher))
        return -1;
    *engine = (struct engine){.table = table};
    engine->ends = calloc(table->automaton.gap_count + 1, sizeof *engine->ends);
    engine->seen = calloc(n * ZONE_COUNT, sizeof *engine->seen);
    engine->touched = calloc(n * ZONE_COUNT, sizeof *engine->touched);
    engine->found = calloc(n, sizeof *engine->found);
    if (!engine->ends || !engine->seen || !engine->touched || !engine->found) {
        engine_free(engine);
        return -1;
    }
    matcher->engine_count++;
    return 0;
}

void bounce__matcher_drop(struct matcher *matcher)
{
    if (matcher->engine_count > 1)
        engine_free(&matcher->engines[--matcher->engine_count]);
}

int bounce__matcher_new(struct matcher **out)
{
    struct matcher *matcher = calloc(1, sizeof *matcher);

    *out = NULL;
    if (!matcher)
        return -1;
    if (bounce__matcher_add(matcher, &bounce__table) < 0) {
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

/* Forgets what was found in this zone and behind it. */
static void forget(struct engine *engine, unsigned zone)
{
    size_t kept = 0;

    for (size_t i = 0; i < engine->touched_count; i++) {
        uint32_t index = engine->touched[i];

        if (index % ZONE_COUNT < zone)
            engine->touched[kept++] = index;
        else
            engine->seen[index] = (struct seen){0};
    }
    engine->touched_count = kept;
}

struct matching *bounce__matching(struct matcher *matcher)
{
    struct matching *matching = &matcher->matching;

    matching->fold = (struct fold){.out = matcher->out, .at = matcher->at, .cap = FOLD_MOST};
    memset(matching->zone_end, 0, sizeof matching->zone_end);
    bounce__fold_mark(&matching->fold, '\n'); /* a scan wants a line end in front */
    matching->matched = 1;
    matching->hit_count = 0;
    matching->leaning.heard = false;
    matcher->links.count = 0;
    for (size_t i = 0; i < matcher->engine_count; i++)
        forget(&matcher->engines[i], 0);
    return matching;
}

struct matching *bounce__matching_of(struct matcher *matcher)
{
    return &matcher->matching;
}

void bounce__matching_cut(struct matcher *matcher, enum zone zone)
{
    struct matching *matching = &matcher->matching;

    matching->fold.n = matching->matched = zone ? matching->zone_end[zone - 1] : 1;
    bounce__links_cut(&matcher->links, matching->matched);
    for (size_t i = 0; i < matcher->engine_count; i++)
        forget(&matcher->engines[i], zone);
}

static unsigned zone_of(const struct matching *matching, size_t at)
{
    unsigned zone = 0;

    while (zone + 1 < ZONE_COUNT && at >= matching->zone_end[zone])
        zone++;
    return zone;
}

/* The first match counts; every end is told of, so one that only grew replaces it. Of what ends at
 * one place the shortest match of a phrase counts, and the phrase that has more to say. */
static void note_said(struct seen *seen, unsigned phrase, size_t from, size_t to)
{
    bool same = seen->said && seen->phrase == phrase;

    if (seen->said && seen->to == to) {
        if (same ? from <= seen->from : from >= seen->from)
            return;
    } else if (seen->said && !(same && to - seen->to <= 12)) {
        return;
    }
    seen->said = true;
    seen->phrase = (uint16_t)phrase;
    seen->from = (uint32_t)from;
    seen->to = (uint32_t)to;
}

static uint8_t bits(uint32_t set)
{
    uint8_t count = 0;

    for (; set; set &= set - 1)
        count++;
    return count;
}

struct reading {
    struct engine *engine;
    const struct matching *matching;
    const struct links *links;
};

static void on_phrase(void *context, unsigned phrase, size_t from, size_t to)
{
    const struct reading *reading = context;
    struct engine *engine = reading->engine;
    const struct rule_table *table = engine->table;
    unsigned zone = zone_of(reading->matching, to - 1);
    bool in_link = bounce__links_have(reading->links, to - 1);

    for (unsigned u = table->first_use[phrase]; u < table->first_use[phrase + 1]; u++) {
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
        if (use->role == USE_VETO) {
            seen->vetoed = true;
        } else if (use->role == USE_NEED) {
            seen->needs |= (uint8_t)(1u << use->number);
        } else {
            seen->phrases |= 1u << use->number % 32;
            note_said(seen, phrase, from, to);
        }
    }
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
        .from = zones[zone].from,
        .to = zones[zone].to};
}

/* A site's rules first, so that none is lost when there are more hits than room. */
void bounce__match(struct matcher *matcher)
{
    struct matching *matching = &matcher->matching;
    struct span text = span_of(matching->fold.out, matching->fold.n);

    bounce__links_find(&matcher->links, text, matching->matched);
    matching->hit_count = 0;
    for (size_t i = matcher->engine_count; i-- > 0;) {
        struct engine *engine = &matcher->engines[i];

        bounce__scan(&engine->table->automaton, &matcher->space, engine->ends, &engine->scans, text,
            matching->matched, on_phrase, &(struct reading){engine, matching, &matcher->links});
        for (size_t t = 0; t < engine->touched_count; t++)
            take_hit(matcher, i, engine->touched[t]);
    }
    matching->matched = text.n;
}
