/* SPDX-License-Identifier: BSD-2-Clause */
#include "suite/judge.h"
#include "suite/judge_order.h"

#include <bounce.h>
#include <string.h>
#include "util/mem.h"
#include "util/text.h"

/* ---- the half about the bounce ---- */

struct bounces { /* every explanation that came for the scenario */
    struct bounce **list;
    size_t count;
};

static enum verdict same_text(const char *want, const char *got)
{
    if (!got)
        return VERDICT_CONSISTENT; /* the bounce does not say */
    return text_same(want, got) ? VERDICT_EXACT : VERDICT_WRONG;
}

static void check_text(struct result *result, const char *what, const char *want, const char *got)
{
    if (want)
        result_check(result, false, what, want, got, same_text(want, got));
}

static void check_flag(struct result *result, const char *what, int want, bool got)
{
    if (want != UNSTATED)
        result_check(result, false, what, want ? "true" : "false", got ? "true" : "false",
            (want != 0) == got ? VERDICT_EXACT : VERDICT_WRONG);
}

/* The tree of reasons decides; `expired` covers whatever transient cause outlived the queue, and
 * `undefined` is fair only of a bounce that says nothing. */
static enum verdict reason_verdict(
    const struct expect_bounce *want, const struct bounce_recipient *recipient, const char *got)
{
    if (strcmp(want->reason, got) == 0)
        return VERDICT_EXACT;
    if (strcmp(got, "undefined") == 0)
        return bounce_recipient_text(recipient, BOUNCE_DIAGNOSTIC) ||
                       bounce_recipient_text(recipient, BOUNCE_REPLY)
                   ? VERDICT_WRONG
                   : VERDICT_CONSISTENT;
    if (strcmp(got, "expired") == 0)
        return want->expired == 0 ? VERDICT_WRONG : VERDICT_CONSISTENT;
    return bounce_reason_covers(got, want->reason) ? VERDICT_CONSISTENT : VERDICT_WRONG;
}

static void compare(
    const struct expect_bounce *want, const struct bounce_recipient *got, struct result *result)
{
    const char *reason = bounce_recipient_text(got, BOUNCE_REASON);
    enum verdict verdict = reason_verdict(want, got, reason);
    result_check(result, false, "reason", want->reason, reason, verdict);
    check_text(result, "stage", want->stage, bounce_recipient_text(got, BOUNCE_STAGE));
    check_text(result, "reply", want->reply, bounce_recipient_text(got, BOUNCE_REPLY));
    check_text(result, "status", want->status, bounce_recipient_text(got, BOUNCE_STATUS));
    check_flag(result, "permanent", want->permanent, bounce_recipient_flag(got, BOUNCE_PERMANENT));
    check_flag(result, "retryable", want->retryable, bounce_recipient_flag(got, BOUNCE_RETRYABLE));
    check_flag(result, "address_dead", want->address_dead,
        bounce_recipient_flag(got, BOUNCE_ADDRESS_DEAD));
    check_flag(result, "expired", want->expired, bounce_recipient_flag(got, BOUNCE_EXPIRED));
    if (want->actor && verdict == VERDICT_EXACT) /* a less specific reason has its own actor */
        check_text(result, "actor", want->actor, bounce_recipient_text(got, BOUNCE_ACTOR));
}

static bool is_failure(const struct bounce *bounce)
{
    return bounce_message_kind(bounce) == BOUNCE_KIND_BOUNCE;
}

/* What the bounces say of one recipient. Where only one was sent to, a bounce without an address
 * means that one. */
static const struct bounce_recipient *find(
    const struct bounces *bounces, const char *address, bool only_one)
{
    for (size_t i = 0; i < bounces->count; i++) {
        if (!is_failure(bounces->list[i]))
            continue;
        for (size_t k = 0; k < bounce_recipient_count(bounces->list[i]); k++) {
            const struct bounce_recipient *r = bounce_recipient_at(bounces->list[i], k);
            const char *its = bounce_recipient_text(r, BOUNCE_ADDRESS);
            if (its ? text_same(its, address) : only_one)
                return r;
        }
    }
    return NULL;
}

static const struct expect_bounce *expectation(const struct expect *expect, const char *local)
{
    const struct expect_bounce *all = NULL;
    for (size_t i = 0; i < expect->bounce_count; i++) {
        const struct expect_bounce *b = &expect->bounces[i];
        if (!b->rcpt)
            all = b;
        else if (strcmp(b->rcpt, local) == 0)
            return b;
    }
    return all;
}

static void judge_rcpt(
    const struct scenario *scenario, size_t i, const struct bounces *bounces, struct result *result)
{
    const struct expect_bounce *want = expectation(&scenario->expect, scenario->to[i]);
    if (!want) {
        result_note(result, "what becomes of %s@ is not stated", scenario->to[i]);
        return;
    }
    char *address = mem_format("%s@%s.test", scenario->to[i], scenario->name);
    const struct bounce_recipient *got = find(bounces, address, scenario->to_count == 1);
    free(address);
    if (want->none)
        result_check(result, false, "bounce", "none",
            got ? bounce_recipient_text(got, BOUNCE_REASON) : "none",
            got ? VERDICT_WRONG : VERDICT_EXACT);
    else if (!got)
        result_check(result, false, "bounce", want->reason, NULL, VERDICT_MISSING);
    else
        compare(want, got, result);
}

static void keep_explanation(struct result *result, const struct bounce_recipient *r)
{
    result->explained =
        mem_grow(result->explained, (result->explained_count + 1) * sizeof *result->explained);
    result->explained[result->explained_count++] = (struct explained){
        .rcpt = mem_text(bounce_recipient_text(r, BOUNCE_ADDRESS)),
        .reason = mem_text(bounce_recipient_text(r, BOUNCE_REASON)),
        .stage = mem_text(bounce_recipient_text(r, BOUNCE_STAGE)),
        .actor = mem_text(bounce_recipient_text(r, BOUNCE_ACTOR)),
        .reply = mem_text(bounce_recipient_text(r, BOUNCE_REPLY)),
        .status = mem_text(bounce_recipient_text(r, BOUNCE_STATUS)),
        .diagnostic = mem_text(bounce_recipient_text(r, BOUNCE_DIAGNOSTIC)),
        .explanation = mem_text(bounce_recipient_text(r, BOUNCE_EXPLANATION)),
        .remedy = mem_text(bounce_recipient_text(r, BOUNCE_REMEDY)),
        .evidence = mem_text(bounce_recipient_text(r, BOUNCE_EVIDENCE)),
        .rule = mem_text(bounce_recipient_text(r, BOUNCE_RULE)),
        .permanent = bounce_recipient_flag(r, BOUNCE_PERMANENT),
        .expired = bounce_recipient_flag(r, BOUNCE_EXPIRED),
    };
}

static struct bounces explain_all(
    const struct record *record, struct bounce_reader *reader, struct result *result)
{
    struct bounces bounces = {mem_new((record->bounce_count + 1) * sizeof *bounces.list), 0};
    for (size_t i = 0; i < record->bounce_count; i++) {
        struct bounce *bounce = NULL;
        require(bounce_explain_message(reader, record->bounces[i].bytes, record->bounces[i].len,
                    &bounce) == BOUNCE_OK);
        bounces.list[bounces.count++] = bounce;
        if (!is_failure(bounce))
            result_note(
                result, "a message of kind %s came", bounce_kind_name(bounce_message_kind(bounce)));
        else
            result->bounces++;
        for (size_t k = 0; is_failure(bounce) && k < bounce_recipient_count(bounce); k++)
            keep_explanation(result, bounce_recipient_at(bounce, k));
    }
    return bounces;
}

/* ---- the half about conduct ---- */

static char *range_text(struct expect_range range)
{
    if (range.max < 0)
        return mem_format("at least %g", range.min);
    if (range.min == range.max)
        return mem_format("%g", range.min);
    return mem_format("%g to %g", range.min, range.max);
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

static bool unseen_attempts(const struct scenario *scenario)
{
    for (size_t i = 0; i < scenario->host_count; i++)
        if (scenario->hosts[i].listen == LISTEN_REFUSE ||
            scenario->hosts[i].listen == LISTEN_BLACKHOLE)
            return true;
    return false;
}

static void judge_attempts(const struct scenario *scenario, const struct record *record,
    const struct judge_sender *sender, struct result *result)
{
    result->attempts_known = sender->tells_attempts || !unseen_attempts(scenario);
    result->attempts = sender->tells_attempts ? record->reported : record->connections;
    if (result->attempts_known)
        check_range(result, "attempts", scenario->expect.client.attempts, result->attempts);
    else if (scenario->expect.client.attempts.set)
        result_note(
            result, "attempts are not judged: a refused connection leaves no trace on a server");
}

/* The shortest of the waits counts: a client that once gave up early has broken RFC 5321 4.5.3.2.
 */
static void judge_wait(const struct record *record, int stage, const struct expect_client *client,
    const struct judge_sender *sender, struct result *result)
{
    double shortest = -1;
    if (!client->waits[stage].set)
        return;
    const char *name = scenario_stage_name((enum scenario_stage)stage);
    if (!sender->own_timeouts) {
        result_note(result,
            "how long it waited at %s is not judged: it runs on a clock that is not ours", name);
        return;
    }
    for (size_t i = 0; i < record->wait_count; i++) {
        const struct record_wait *w = &record->waits[i];
        double held = (double)(w->until_ms - w->from_ms) / 1000;
        if (w->stage == stage && w->until_ms && (shortest < 0 || held < shortest))
            shortest = held;
    }
    char what[32];
    snprintf(what, sizeof what, "seconds waited at %s", name);
    check_range(result, what, client->waits[stage], shortest < 0 ? 0 : shortest);
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

static void judge_conduct(const struct scenario *scenario, const struct record *record,
    const struct judge_sender *sender, struct result *result)
{
    const struct expect_client *client = &scenario->expect.client;
    judge_attempts(scenario, record, sender, result);
    for (int stage = 0; stage < STAGE_COUNT; stage++)
        judge_wait(record, stage, client, sender, result);
    check_range(result, "copies delivered", scenario->expect.delivered, record->delivered);
    check_range(result, "duplicates sent", client->duplicates, record->duplicates);
    judge_quit(record, client->quit, result);
    judge_order(scenario, record, result);
    judge_gaps(scenario, record, sender->own_timeouts, result);
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

/* ---- */

void judge(const struct scenario *scenario, const struct record *record,
    const struct judge_sender *sender, struct bounce_reader *reader, struct result *result)
{
    struct bounces bounces = explain_all(record, reader, result);
    if (!scenario->expect.stated)
        result_note(result, "the scenario states no expectation");
    if (record->unplaced)
        result_note(result,
            "played without %u IPv6 address%s, which this place does not have: what the sender "
            "does with them "
            "is not judged",
            record->unplaced, record->unplaced == 1 ? "" : "es");
    for (size_t i = 0; i < scenario->to_count && scenario->expect.stated; i++)
        judge_rcpt(scenario, i, &bounces, result);
    if (scenario->expect.stated)
        judge_conduct(scenario, record, sender, result);
    if (record->script_errors)
        result_check(result, true, "script errors", "none", record->script_error, VERDICT_WRONG);
    keep_happenings(record, result);
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

char *judge_problem(const struct scenario *scenario)
{
    for (size_t i = 0; i < scenario->expect.bounce_count; i++) {
        const struct expect_bounce *b = &scenario->expect.bounces[i];
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
