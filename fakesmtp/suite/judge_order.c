/* SPDX-License-Identifier: BSD-2-Clause */
#include "suite/judge_order.h"

#include <string.h>
#include "util/mem.h"
#include "util/text.h"

static bool told_by_sender(const struct record *record)
{
    for (size_t i = 0; i < record->happening_count; i++)
        if (record->happenings[i].kind == HAPPENED_ATTEMPT)
            return true;
    return false;
}

/* ---- order ---- */

static bool has_label(const char *hostname, const char *label)
{
    size_t n = strlen(label);
    return text_starts(hostname, label) && (hostname[n] == '.' || !hostname[n]);
}

/* A refused connection leaves no trace on a server: then only the sender itself knows. */
static bool all_leave_traces(const struct scenario *scenario)
{
    for (size_t i = 0; i < scenario->host_count; i++)
        if (scenario->hosts[i].listen == LISTEN_REFUSE ||
            scenario->hosts[i].listen == LISTEN_BLACKHOLE)
            return false;
    return true;
}

struct walk { /* along the order, within one attempt */
    const struct expect_conduct *client;
    size_t at; /* so many hosts of it were tried */
    bool astray;
    bool whole; /* one attempt tried them all */
};

/* Another address of the same host is no step. */
static void step(struct walk *walk, const char *hostname)
{
    const struct expect_conduct *client = walk->client;
    if (walk->at && has_label(hostname, client->order[walk->at - 1]))
        return;
    if (walk->at < client->order_count && has_label(hostname, client->order[walk->at]))
        walk->at++;
    else
        walk->astray = true;
    walk->whole = walk->whole || walk->at == client->order_count;
}

void judge_order(const struct scenario *scenario, const struct expect_conduct *client,
    const struct record *record, struct result *result)
{
    bool told = told_by_sender(record);
    if (!client->order_count)
        return;
    if (!told && !all_leave_traces(scenario)) {
        result_note(result,
            "the order of hosts is not judged: a refused connection leaves no trace on a server");
        return;
    }
    struct walk walk = {.client = client};
    struct buf seen = {0}, want = {0};
    uint64_t attempt = 0;
    for (size_t i = 0; i < record->happening_count; i++) {
        const struct happening *h = &record->happenings[i];
        if (h->kind != (told ? HAPPENED_ATTEMPT : HAPPENED_SESSION) ||
            (told && text_starts(h->what, "dns:")))
            continue;
        /* Without the sender's word, where one attempt ends is seen from its beginning again. */
        bool again = told ? h->number != attempt
                          : walk.at == client->order_count && has_label(h->name, client->order[0]);
        walk.at = again ? 0 : walk.at;
        attempt = h->number;
        step(&walk, h->name);
        if (seen.len < 200)
            buf_addf(&seen, "%s%.*s", seen.len ? again ? "; " : ", " : "",
                (int)strcspn(h->name, "."), h->name);
    }
    for (size_t i = 0; i < client->order_count; i++)
        buf_addf(&want, "%s%s", i ? ", " : "", client->order[i]);
    bool fine = walk.whole && !walk.astray;
    result_check(result, true, "order of hosts", buf_text(&want), buf_text(&seen),
        fine ? VERDICT_EXACT : VERDICT_WRONG);
    buf_free(&seen);
    buf_free(&want);
}

/* ---- gaps ---- */

void judge_gaps(const struct expect_conduct *client, const struct record *record, bool own_clock,
    struct result *result)
{
    const struct expect_range range = client->gaps;
    double shortest = -1, longest = -1;
    const struct happening *last = NULL;
    if (!range.set)
        return;
    if (!own_clock) {
        result_note(
            result, "the time between attempts is not judged: it runs on a clock that is not ours");
        return;
    }
    for (size_t i = 0; i < record->happening_count; i++) {
        const struct happening *h = &record->happenings[i];
        if (h->kind != HAPPENED_ATTEMPT)
            continue;
        double gap =
            last && h->number != last->number ? (double)(h->at_ms - last->at_ms) / 1000 : -1;
        shortest = gap >= 0 && (shortest < 0 || gap < shortest) ? gap : shortest;
        longest = gap > longest ? gap : longest;
        last = h;
    }
    char *want = range.max < 0 ? mem_format("at least %g", range.min)
                               : mem_format("%g to %g", range.min, range.max);
    char *got = shortest < 0 ? mem_text("one attempt") : mem_format("%g to %g", shortest, longest);
    bool fine = shortest >= range.min && (range.max < 0 || longest <= range.max);
    result_check(
        result, true, "seconds between attempts", want, got, fine ? VERDICT_EXACT : VERDICT_WRONG);
    free(want);
    free(got);
}
