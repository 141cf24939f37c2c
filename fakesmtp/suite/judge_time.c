/* SPDX-License-Identifier: BSD-2-Clause */
/* What the sender did with its time: how long it waited at a stage, how long between attempts, and
 * how long it kept the message (RFC 5321 4.5.3.2 and 4.5.4.1).
 *
 * Judged on the sender's own clock, and only where nobody set its times short. On a compressed
 * clock a moment of the machine's is minutes of the sender's, and what passes between its doing
 * something and our seeing it is counted in: then the middle of several waits counts, and a
 * tolerance that comes from the clock's factor. */
#include "suite/judge_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "suite/judge_order.h"
#include "suite/record.h"
#include "util/mem.h"
#include "util/text.h"

/* Of the machine's time: the tick that kernels stamp with, and what a busy machine needs to have
 * somebody run. */
enum { EARLY_MS = 10, LATE_MS = 200 };

static double tolerance(const struct judge_sender *sender, int machine_ms)
{
    return sender->clock > 1 ? sender->clock * machine_ms / 1000 : 0;
}

/* False, and says so: this time runs on a clock that is not ours. */
static bool can_judge(const struct judge_sender *sender, const char *what, struct result *result)
{
    static const char told[] = "times are judged on the sender's clock";
    if (!sender->own_timeouts) {
        result_note(result, "%s is not judged: it runs on a clock that is not ours", what);
        return false;
    }
    for (size_t i = 0; i < result->note_count; i++)
        if (text_starts(result->notes[i], told))
            return true;
    if (sender->clock > 1)
        result_note(result,
            "%s, %g times as fast as the machine's: by %g s they may be too short and by %g s too "
            "long, which are %d and %d ms of the machine",
            told, sender->clock, tolerance(sender, EARLY_MS), tolerance(sender, LATE_MS), EARLY_MS,
            LATE_MS);
    return true;
}

/* got: what was seen, from the shortest to the longest. */
static void check_times(struct result *result, const char *what, struct expect_range range,
    const struct judge_sender *sender, double shortest, double longest, const char *got)
{
    char *want = range.max < 0            ? mem_format("at least %g", range.min)
                 : range.min == range.max ? mem_format("%g", range.min)
                                          : mem_format("%g to %g", range.min, range.max);
    bool fine = shortest >= 0 && shortest + tolerance(sender, EARLY_MS) >= range.min &&
                (range.max < 0 || longest <= range.max + tolerance(sender, LATE_MS));
    result_check(result, true, what, want, got, fine ? VERDICT_EXACT : VERDICT_WRONG);
    free(want);
}

/* ---- waits ---- */

static int by_length(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The shortest of the waits counts: a client that once gave up early has broken RFC 5321 4.5.3.2.
 * On a compressed clock the one in the middle. */
static void judge_wait(const struct record *record, int stage, struct expect_range range,
    const struct judge_sender *sender, struct result *result)
{
    char what[64];
    double *held = mem_new((record->wait_count + 1) * sizeof *held);
    size_t n = 0;
    for (size_t i = 0; i < record->wait_count; i++) {
        const struct record_wait *w = &record->waits[i];
        if (w->stage == stage && w->until_ms)
            held[n++] = (double)(w->until_ms - w->from_ms) / 1000;
    }
    qsort(held, n, sizeof *held, by_length);
    double counts = !n ? 0 : held[sender->clock > 1 ? n / 2 : 0];
    char *got = mem_format("%g", counts);
    snprintf(
        what, sizeof what, "seconds waited at %s", scenario_stage_name((enum scenario_stage)stage));
    check_times(result, what, range, sender, counts, counts, got);
    free(got);
    free(held);
}

void judge_waits(const struct expect_conduct *client, const struct record *record,
    const struct judge_sender *sender, struct result *result)
{
    for (int stage = 0; stage < STAGE_COUNT; stage++) {
        char what[64];
        snprintf(what, sizeof what, "how long it waited at %s",
            scenario_stage_name((enum scenario_stage)stage));
        if (client->waits[stage].set && can_judge(sender, what, result))
            judge_wait(record, stage, client->waits[stage], sender, result);
    }
}

/* ---- gaps ---- */

static bool same_text(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

/* Whether row begins another attempt. Where the sender does not say: when it comes to an address at
 * which it has been in this one, whose rows begin at first. */
static bool begins_attempt(
    const struct record *record, bool told, size_t first, size_t last, size_t row)
{
    const struct happening *h = &record->happenings[row];
    if (told)
        return h->number != record->happenings[last].number;
    for (size_t i = first; i <= last; i++) {
        const struct happening *before = &record->happenings[i];
        if (judge_is_attempt(before, told) && same_text(before->name, h->name) &&
            same_text(before->address, h->address))
            return true;
    }
    return false;
}

void judge_gaps(const struct scenario *scenario, const struct expect_conduct *client,
    const struct record *record, const struct judge_sender *sender, struct result *result)
{
    bool told = judge_told_by_sender(record);
    double shortest = -1, longest = -1;
    size_t first = 0, last = 0;
    bool any = false;
    if (!client->gaps.set || !can_judge(sender, "the time between attempts", result))
        return;
    if (!told && !judge_all_seen(scenario, record)) {
        result_note(result, "the time between attempts is not judged: a refused connection leaves "
                            "no trace on a server");
        return;
    }
    for (size_t i = 0; i < record->happening_count; i++) {
        const struct happening *h = &record->happenings[i];
        if (!judge_is_attempt(h, told))
            continue;
        if (!any || begins_attempt(record, told, first, last, i)) {
            double gap = any ? (double)(h->at_ms - record->happenings[last].at_ms) / 1000 : -1;
            shortest = gap >= 0 && (shortest < 0 || gap < shortest) ? gap : shortest;
            longest = gap > longest ? gap : longest;
            first = i;
        }
        any = true;
        last = i;
    }
    char *got = shortest < 0 ? mem_text("one attempt") : mem_format("%g to %g", shortest, longest);
    check_times(result, "seconds between attempts", client->gaps, sender, shortest, longest, got);
    free(got);
}

/* ---- the queue ---- */

void judge_lifetime(const struct expect_conduct *client, const struct record *record,
    const struct judge_sender *sender, uint64_t failed_ms, struct result *result)
{
    if (!client->lifetime.set || !can_judge(sender, "how long it kept the message", result))
        return;
    if (!failed_ms) {
        result_note(result, "how long it kept the message is not judged: it never gave up");
        return;
    }
    double kept = (double)(failed_ms - record->submitted_ms) / 1000;
    char *got = mem_format("%g", kept);
    check_times(result, "seconds in the queue", client->lifetime, sender, kept, kept, got);
    free(got);
}
