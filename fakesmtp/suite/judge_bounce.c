/* SPDX-License-Identifier: BSD-2-Clause */
/* The half about the bounce: what libbounce says of each recipient, against what the scenario
 * knows.
 */
#include "suite/judge_parts.h"

#include <bounce.h>
#include <stdio.h>
#include <string.h>
#include "suite/record.h"
#include "util/mem.h"
#include "util/text.h"

static enum verdict same_text(const char *want, const char *got)
{
    if (!got)
        return VERDICT_CONSISTENT; /* the bounce does not say */
    return text_same(want, got) ? VERDICT_EXACT : VERDICT_WRONG;
}

struct about { /* what is judged: a bounce or a delay warning, and for whom */
    const struct scenario *scenario;
    const struct judge_reports *came;
    const struct expect_report *want;
    size_t rcpt;
    bool delayed;
    bool lacks_second; /* there is no second attempt: what is not delivered must come back */
    bool delivered;    /* to rcpt */
};

/* Checks of a delay warning are called so: a bounce may be judged beside it. */
static void check_text(struct result *result, bool delayed, const char *what, const char *want,
    const char *got, enum verdict verdict)
{
    char name[40];
    snprintf(name, sizeof name, "%s%s", delayed ? "delay warning: " : "", what);
    result_check(result, false, name, want, got, verdict);
}

/* `silent`: the bounce says nothing, so that it failed for good is all that can be understood. */
static void check_flag(
    struct result *result, bool delayed, const char *what, int want, bool got, bool silent)
{
    if (want != UNSTATED)
        check_text(result, delayed, what, want ? "true" : "false", got ? "true" : "false",
            (want != 0) == got ? VERDICT_EXACT
            : silent           ? VERDICT_CONSISTENT
                               : VERDICT_WRONG);
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

static void compare(const struct expect_bounce *want, const struct bounce_recipient *got,
    bool delayed, struct result *result)
{
    const struct {
        const char *what, *want;
        enum bounce_text got;
    } texts[] = {{"stage", want->stage, BOUNCE_STAGE}, {"reply", want->reply, BOUNCE_REPLY},
        {"status", want->status, BOUNCE_STATUS}, {"actor", want->actor, BOUNCE_ACTOR}};
    const char *reason = bounce_recipient_text(got, BOUNCE_REASON);
    enum verdict verdict = reason_verdict(want, got, reason);
    bool gave_up = verdict == VERDICT_CONSISTENT && strcmp(reason, "expired") == 0;
    bool placed = !want->stage || bounce_recipient_text(got, BOUNCE_STAGE);
    check_text(result, delayed, "reason", want->reason, reason, verdict);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const char *its = bounce_recipient_text(got, texts[i].got);
        bool own = texts[i].got == BOUNCE_ACTOR && (verdict != VERDICT_EXACT || !placed);
        /* A less specific reason, or one that does not know where it failed, has its own actor. */
        if (!texts[i].want || own)
            continue;
        enum verdict same = same_text(texts[i].want, its);
        /* Whose only word is that the queue gave up has a status for that. */
        if (same == VERDICT_WRONG && gave_up && texts[i].got == BOUNCE_STATUS)
            same = VERDICT_CONSISTENT;
        check_text(result, delayed, texts[i].what, texts[i].want, its, same);
    }
    const struct {
        const char *what;
        int want;
        enum bounce_flag got;
    } flags[] = {{"permanent", want->permanent, BOUNCE_PERMANENT},
        {"retryable", want->retryable, BOUNCE_RETRYABLE},
        {"address_dead", want->address_dead, BOUNCE_ADDRESS_DEAD},
        {"expired", want->expired, BOUNCE_EXPIRED}};
    bool silent = verdict == VERDICT_CONSISTENT && strcmp(reason, "undefined") == 0;
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
        check_flag(result, delayed, flags[i].what, flags[i].want,
            bounce_recipient_flag(got, flags[i].got), silent);
}

static bool is_kind(const struct bounce *bounce, bool delayed)
{
    return bounce_message_kind(bounce) == (delayed ? BOUNCE_KIND_DELAYED : BOUNCE_KIND_BOUNCE);
}

/* What the bounces, or the delay warnings, say of one recipient. Where only one was sent to, a
 * bounce without an address means that one. */
static const struct bounce_recipient *find(
    const struct judge_reports *bounces, bool delayed, const char *address, bool only_one)
{
    for (size_t i = 0; i < bounces->count; i++) {
        if (!is_kind(bounces->list[i], delayed))
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

static const struct expect_report *expectation(
    const struct expect_reports *reports, const char *local)
{
    const struct expect_report *all = NULL;
    for (size_t i = 0; i < reports->count; i++) {
        const struct expect_report *r = &reports->list[i];
        if (!r->rcpt)
            all = r;
        else if (strcmp(r->rcpt, local) == 0)
            return r;
    }
    return all;
}

/* A copy that is lacking though another came can only be that of the only recipient. */
static bool may_come_back(const struct about *about)
{
    return about->lacks_second && (!about->delivered || about->scenario->to_count == 1);
}

static void judge_alternative(const void *ctx, size_t i, struct result *result)
{
    const struct about *about = ctx;
    const struct expect_bounce *want = &about->want->either[i];
    const char *what = about->delayed ? "delay warning" : "bounce";
    char *address =
        mem_format("%s@%s.test", about->scenario->to[about->rcpt], about->scenario->name);
    const struct bounce_recipient *got =
        find(about->came, about->delayed, address, about->scenario->to_count == 1);
    free(address);
    if (want->none && !about->delayed && may_come_back(about))
        result_check(result, false, what, "any reason",
            got ? bounce_recipient_text(got, BOUNCE_REASON) : NULL,
            got || about->delivered ? VERDICT_EXACT : VERDICT_MISSING);
    else if (want->none)
        result_check(result, false, what, "none",
            got ? bounce_recipient_text(got, BOUNCE_REASON) : "none",
            got ? VERDICT_WRONG : VERDICT_EXACT);
    else if (!got)
        result_check(result, false, what, want->reason, NULL, VERDICT_MISSING);
    else
        compare(want, got, about->delayed, result);
}

static void judge_rcpt(
    struct about *about, const struct expect_reports *reports, struct result *result)
{
    const char *local = about->scenario->to[about->rcpt];
    about->want = expectation(reports, local);
    if (!about->want) {
        if (!about->delayed)
            result_note(result, "what becomes of %s@ is not stated", local);
        return;
    }
    char *what = mem_format("%s of %s@", about->delayed ? "delay warning" : "bounce", local);
    judge_either(what, about->want->why, about->want->count, judge_alternative, about, result);
    free(what);
}

void judge_reports(const struct scenario *scenario, const struct expect_outcome *outcome,
    const struct record *record, bool lacks_second, const struct judge_reports *came,
    struct result *result)
{
    struct about about = {.scenario = scenario, .came = came, .lacks_second = lacks_second};
    for (about.rcpt = 0; about.rcpt < scenario->to_count; about.rcpt++) {
        about.delivered = record_rcpt(record, scenario->to[about.rcpt]).delivered > 0;
        about.delayed = false;
        judge_rcpt(&about, &outcome->bounces, result);
        about.delayed = true;
        if (!lacks_second) /* nobody waits, so nobody is warned */
            judge_rcpt(&about, &outcome->delayed, result);
    }
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

struct judge_reports judge_explain(
    const struct record *record, struct bounce_reader *reader, struct result *result)
{
    struct judge_reports bounces = {
        .list = mem_new((record->bounce_count + 1) * sizeof *bounces.list)};
    for (size_t i = 0; i < record->bounce_count; i++) {
        struct bounce *bounce = NULL;
        require(bounce_explain_message(reader, record->bounces[i].bytes, record->bounces[i].len,
                    &bounce) == BOUNCE_OK);
        bounces.list[bounces.count++] = bounce;
        if (!is_kind(bounce, false))
            result_note(
                result, "a message of kind %s came", bounce_kind_name(bounce_message_kind(bounce)));
        else if (result->bounces++ == 0)
            bounces.failed_ms = record->bounces[i].at_ms;
        for (size_t k = 0; is_kind(bounce, false) && k < bounce_recipient_count(bounce); k++)
            keep_explanation(result, bounce_recipient_at(bounce, k));
    }
    return bounces;
}
