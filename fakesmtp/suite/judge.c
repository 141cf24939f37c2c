/* SPDX-License-Identifier: BSD-2-Clause */
/* The judge: the table of attempts, alternatives, and what the two halves (judge_bounce.c,
 * judge_conduct.c) come to. */
#include "suite/conduct.h"
#include "suite/judge.h"
#include "suite/judge_parts.h"

#include <bounce.h>
#include <string.h>
#include "suite/record.h"
#include "util/mem.h"
#include "util/text.h"

/* ---- alternatives ---- */

/* How far a judged alternative is from fitting wholly: its worst check, then how many are no better
 * than that. What cannot be judged with this sender does not speak against it. */
static unsigned distance(const struct result *result)
{
    unsigned worst = VERDICT_EXACT, bad = 0;
    for (size_t i = 0; i < result->check_count; i++) {
        unsigned v = result->checks[i].verdict;
        worst = v > worst ? v : worst;
        bad += v > VERDICT_EXACT;
    }
    return worst * 1000 + bad;
}

void judge_either(const char *what, const char *why, size_t count, judge_alternative_fn *fn,
    const void *ctx, struct result *result)
{
    struct result best = {0};
    size_t which = 0;
    if (count == 1) {
        fn(ctx, 0, result);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        struct result trial = {0};
        fn(ctx, i, &trial);
        bool better = i == 0 || distance(&trial) < distance(&best);
        result_deinit(better ? &best : &trial);
        if (!better)
            continue;
        best = trial;
        which = i;
    }
    if (!count)
        return;
    bool fits = distance(&best) < VERDICT_WRONG * 1000;
    result_note(result, "%s: %s %zu of %zu alternatives (%s)", what,
        fits ? "as in number" : "none fits; the nearest is number", which + 1, count, why);
    result_take(result, &best);
}

/* The table of attempts. */
static void keep_happenings(const struct record *record, struct result *result)
{
    for (size_t i = 0; i < record->happening_count; i++) {
        const struct happening *h = &record->happenings[i];
        double since =
            h->at_ms < record->submitted_ms ? 0 : (double)(h->at_ms - record->submitted_ms) / 1000;
        result_moment(result, since, happening_word(h->kind), h->name, h->address, h->what);
    }
    if (record->unlisted)
        result_note(result, "%zu more queries and attempts are not listed", record->unlisted);
}

/* ---- the whole ---- */

struct whole {
    const struct scenario *scenario;
    const struct record *record;
    const struct judge_sender *sender;
    const struct judge_reports *came;
};

static void judge_outcome(const void *ctx, size_t i, struct result *result)
{
    const struct whole *w = ctx;
    const struct expect_outcome *outcome = &w->scenario->expect.either[i];
    bool lacks = judge_lacks_second(w->scenario, outcome, w->record, w->sender, w->came);
    if (lacks)
        result_note(result, "what takes a second attempt is not judged: the sender makes one only");
    judge_reports(w->scenario, outcome, w->record, lacks, w->came, result);
    judge_conduct(w->scenario, outcome, w->record, w->sender, lacks, w->came->failed_ms, result);
}

void judge(const struct scenario *scenario, const struct record *record,
    const struct judge_sender *sender, struct bounce_reader *reader, struct result *result)
{
    struct judge_reports bounces = judge_explain(record, reader, result);
    struct whole whole = {scenario, record, sender, &bounces};
    result->unstated = !scenario->expect.stated;
    if (result->unstated)
        result_note(result, "the scenario states no expectation");
    if (record->unplaced)
        result_note(result,
            "played without %u IPv6 address%s, which this place does not have: what the sender "
            "does with them "
            "is not judged",
            record->unplaced, record->unplaced == 1 ? "" : "es");
    judge_count_attempts(scenario, record, sender, result);
    judge_either(
        "outcome", scenario->expect.why, scenario->expect.count, judge_outcome, &whole, result);
    if (record->script_errors)
        result_check(result, true, "script errors", "none", record->script_error, VERDICT_WRONG);
    keep_happenings(record, result);
    result->conduct = conduct_json(scenario, record, sender, &bounces);
    result->delivered = record->delivered;
    result->seconds = (double)(record->last_ms - record->submitted_ms) / 1000;
    for (size_t i = 0; i < bounces.count; i++)
        bounce_free(bounces.list[i]);
    free(bounces.list);
}

static const char *nearest_reason(const char *word)
{
    const char *names[128];
    size_t n = 0;
    while (n < 127 && bounce_reason_at(n)) {
        names[n] = bounce_reason_at(n);
        n++;
    }
    names[n] = NULL;
    return text_nearest(word, names);
}

static char *problem_of(const struct scenario *scenario, const struct expect_reports *reports)
{
    for (size_t i = 0; i < reports->count; i++)
        for (size_t k = 0; k < reports->list[i].count; k++) {
            const struct expect_bounce *b = &reports->list[i].either[k];
            if (b->none || bounce_reason_known(b->reason))
                continue;
            const char *near = nearest_reason(b->reason);
            if (near)
                return mem_format("%s:%d: unknown reason '%s' (did you mean '%s'?)", scenario->path,
                    b->line, b->reason, near);
            return mem_format("%s:%d: unknown reason '%s'; `whybounced --list-reasons` shows them",
                scenario->path, b->line, b->reason);
        }
    return NULL;
}

char *judge_problem(const struct scenario *scenario)
{
    char *why = NULL;
    for (size_t i = 0; i < scenario->expect.count && !why; i++) {
        why = problem_of(scenario, &scenario->expect.either[i].bounces);
        if (!why)
            why = problem_of(scenario, &scenario->expect.either[i].delayed);
    }
    return why;
}
