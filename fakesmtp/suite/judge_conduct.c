/* SPDX-License-Identifier: BSD-2-Clause */
/* The half about conduct: what the sender did, against what the scenario allows. */
#include "suite/judge_parts.h"

#include <stdio.h>
#include <string.h>
#include "suite/judge_order.h"
#include "suite/record.h"
#include "util/mem.h"

struct conduct { /* what is judged */
    const struct scenario *scenario;
    const struct expect_client *client;
    const struct record *record;
    const struct judge_sender *sender;
    bool lacks_second;
    uint64_t failed_ms;
};

static char *range_text(struct expect_range range)
{
    if (range.max < 0)
        return mem_format("at least %g", range.min);
    if (range.min == range.max)
        return mem_format("%g", range.min);
    return mem_format("%g to %g", range.min, range.max);
}

/* What is left of it where there was no second attempt. */
static struct expect_range possible(const struct conduct *c, struct expect_range range)
{
    if (!c->lacks_second)
        return range;
    return (struct expect_range){.set = range.set && range.max >= 0, .max = range.max};
}

static void check_range(
    struct result *result, const char *what, struct expect_range range, double got)
{
    if (!range.set)
        return;
    char *want = range_text(range), *seen = mem_format("%g", got);
    bool fine = got >= range.min && (range.max < 0 || got <= range.max);
    result_check(result, true, what, want, seen, fine ? VERDICT_EXACT : VERDICT_WRONG);
    free(want);
    free(seen);
}

void judge_count_attempts(const struct scenario *scenario, const struct record *record,
    const struct judge_sender *sender, struct result *result)
{
    result->attempts_known = sender->tells_attempts || judge_all_seen(scenario, record);
    result->attempts =
        sender->tells_attempts ? record->reported : record->connections + record->refused;
}

static void judge_attempts(
    const struct conduct *c, struct expect_range range, struct result *result)
{
    struct result counted = {0};
    judge_count_attempts(c->scenario, c->record, c->sender, &counted);
    range = possible(c, range);
    if (counted.attempts_known)
        check_range(result, "attempts", range, counted.attempts);
    else if (range.set)
        result_note(
            result, "attempts are not judged: a refused connection leaves no trace on a server");
}

static void judge_quit(const struct record *record, int want, struct result *result)
{
    if (want == UNSTATED)
        return;
    size_t quits = 0;
    for (size_t i = 0; i < record->session_count; i++)
        quits += record->sessions[i].quit;
    bool fine = want ? quits == record->session_count && quits > 0 : quits == 0;
    char *got = mem_format("%zu of %zu sessions", quits, record->session_count);
    result_check(result, true, "QUIT", want ? "every session" : "no session", got,
        fine ? VERDICT_EXACT : VERDICT_WRONG);
    free(got);
}

static unsigned commands_of(const struct record *record, const char *verb)
{
    for (size_t i = 0; i < RECORD_VERBS; i++)
        if (strcmp(smtp_verb_name((enum smtp_verb)i), verb) == 0)
            return record->commands[i];
    return 0;
}

static void judge_counts(
    const struct conduct *c, const struct expect_conduct *want, struct result *result)
{
    char what[80];
    for (size_t i = 0; i < want->commands.count; i++) {
        const struct expect_count *n = &want->commands.list[i];
        snprintf(what, sizeof what, "commands %s", n->of);
        check_range(result, what, possible(c, n->range), commands_of(c->record, n->of));
    }
    for (size_t i = 0; i < want->asked.count; i++) {
        const struct expect_count *n = &want->asked.list[i];
        snprintf(what, sizeof what, "times asked for %s@", n->of);
        check_range(result, what, possible(c, n->range), record_rcpt(c->record, n->of).asked);
    }
}

static void judge_alternative(const void *ctx, size_t i, struct result *result)
{
    const struct conduct *c = ctx;
    const struct expect_conduct *want = &c->client->either[i];
    judge_attempts(c, want->attempts, result);
    judge_waits(want, c->record, c->sender, result);
    check_range(result, "duplicates sent", possible(c, want->duplicates), c->record->duplicates);
    check_range(result, "copies sent again", possible(c, want->resent), c->record->resent);
    judge_counts(c, want, result);
    judge_quit(c->record, want->quit, result);
    if (c->lacks_second)
        return;
    judge_order(c->scenario, want, c->record, result);
    judge_gaps(c->scenario, want, c->record, c->sender, result);
    judge_lifetime(want, c->record, c->sender, c->failed_ms, result);
}

void judge_conduct(const struct scenario *scenario, const struct expect_outcome *outcome,
    const struct record *record, const struct judge_sender *sender, bool lacks_second,
    uint64_t failed_ms, struct result *result)
{
    struct conduct c = {scenario, &outcome->client, record, sender, lacks_second, failed_ms};
    for (size_t i = 0; i < outcome->delivered.count; i++) {
        const struct expect_count *d = &outcome->delivered.list[i];
        char what[80];
        snprintf(what, sizeof what, "copies delivered%s%s%s", d->of ? " to " : "",
            d->of ? d->of : "", d->of ? "@" : "");
        check_range(result, what, possible(&c, d->range),
            d->of ? record_rcpt(record, d->of).delivered : record->delivered);
    }
    judge_either(
        "client", outcome->client.why, outcome->client.count, judge_alternative, &c, result);
}
