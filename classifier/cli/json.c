/* SPDX-License-Identifier: BSD-2-Clause */
/* json.c - one JSON object per message, schema 1. Names and order are a promise: scripts read them.
 */
#include "cli.h"
#include "origin.h"
#include "played.h"
#include <jansson.h>
#include <time.h>

/* Absent facts are null, never invented. */
static void put(json_t *object, const char *name, const char *value)
{
    json_t *text = value ? json_string(value) : NULL;

    json_object_set_new(object, name, text ? text : json_null());
}

static json_t *evidence(const struct bounce_recipient *rcpt, uint64_t base)
{
    json_t *object = json_object();
    size_t offset, length;

    put(object, "text", bounce_recipient_text(rcpt, BOUNCE_EVIDENCE));
    if (bounce_recipient_span(rcpt, &offset, &length)) {
        json_object_set_new(object, "offset", json_integer((json_int_t)(base + offset)));
        json_object_set_new(object, "length", json_integer((json_int_t)length));
    } else {
        json_object_set_new(object, "offset", json_null());
        json_object_set_new(object, "length", json_null());
    }
    return object;
}

static json_t *causes(const struct bounce_recipient *rcpt)
{
    json_t *list = json_array();
    const char *cause;

    for (size_t i = 0; (cause = bounce_recipient_cause(rcpt, i)); i++)
        json_array_append_new(list, json_string(cause));
    return list;
}

static void put_texts(json_t *object, const struct bounce_recipient *rcpt,
    const enum bounce_text *what, const char *const *names, int n)
{
    for (int i = 0; i < n; i++)
        put(object, names[i], bounce_recipient_text(rcpt, what[i]));
}

static void put_flags(json_t *object, const struct bounce_recipient *rcpt)
{
    json_object_set_new(
        object, "permanent", json_boolean(bounce_recipient_flag(rcpt, BOUNCE_PERMANENT)));
    json_object_set_new(
        object, "retryable", json_boolean(bounce_recipient_flag(rcpt, BOUNCE_RETRYABLE)));
    json_object_set_new(
        object, "address_dead", json_boolean(bounce_recipient_flag(rcpt, BOUNCE_ADDRESS_DEAD)));
    json_object_set_new(
        object, "expired", json_boolean(bounce_recipient_flag(rcpt, BOUNCE_EXPIRED)));
}

/* "2026-11-22T05:43:20Z" */
static void put_time(
    json_t *object, const char *name, const struct bounce_recipient *rcpt, enum bounce_number what)
{
    char text[32];
    int64_t seconds;
    struct tm tm;
    time_t t;

    if (!bounce_recipient_number(rcpt, what, &seconds)) {
        put(object, name, NULL);
        return;
    }
    t = (time_t)seconds;
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&t, &tm));
    put(object, name, text);
}

static void put_number(
    json_t *object, const char *name, const struct bounce_recipient *rcpt, enum bounce_number what)
{
    int64_t value;

    json_object_set_new(object, name,
        bounce_recipient_number(rcpt, what, &value) ? json_integer((json_int_t)value)
                                                    : json_null());
}

/* Null when nothing failed or waits. */
static json_t *retry(const struct bounce_recipient *rcpt)
{
    json_t *object;

    if (!bounce_recipient_text(rcpt, BOUNCE_GAVE_UP) &&
        !bounce_recipient_text(rcpt, BOUNCE_RETRY_STORY))
        return json_null();
    object = json_object();
    put(object, "gave_up", bounce_recipient_text(rcpt, BOUNCE_GAVE_UP));
    put(object, "by", bounce_recipient_text(rcpt, BOUNCE_GAVE_UP_BY));
    put_time(object, "first", rcpt, BOUNCE_FIRST_SEEN);
    put_time(object, "last", rcpt, BOUNCE_LAST_TRIED);
    put_time(object, "until", rcpt, BOUNCE_TRIED_UNTIL);
    put_number(object, "seconds", rcpt, BOUNCE_SECONDS_WAITED);
    put_number(object, "stated_seconds", rcpt, BOUNCE_SECONDS_STATED);
    put_number(object, "lifetime_seconds", rcpt, BOUNCE_SECONDS_LIFETIME);
    put_number(object, "attempts", rcpt, BOUNCE_ATTEMPTS);
    put(object, "story", bounce_recipient_text(rcpt, BOUNCE_RETRY_STORY));
    return object;
}

static json_t *recipient(const struct bounce_recipient *rcpt, uint64_t base)
{
    static const enum bounce_text head[] = {BOUNCE_ADDRESS, BOUNCE_ORIGINAL_RECIPIENT,
        BOUNCE_ACTION, BOUNCE_REASON, BOUNCE_CLASS, BOUNCE_SISIMAI};
    static const char *const head_names[] = {
        "address", "original_recipient", "action", "reason", "class", "sisimai"};
    static const enum bounce_text body[] = {BOUNCE_STAGE, BOUNCE_REPLY, BOUNCE_STATUS,
        BOUNCE_REMOTE_MTA, BOUNCE_DIAGNOSTIC, BOUNCE_ACTOR, BOUNCE_EXPLANATION, BOUNCE_REMEDY};
    static const char *const body_names[] = {
        "stage", "reply", "status", "remote_mta", "diagnostic", "actor", "explanation", "remedy"};
    json_t *object = json_object();

    put_texts(object, rcpt, head, head_names, 6);
    put_flags(object, rcpt);
    put_texts(object, rcpt, body, body_names, 8);
    json_object_set_new(object, "causes", causes(rcpt));
    json_object_set_new(object, "confidence", json_real(bounce_recipient_confidence(rcpt)));
    put(object, "rule", bounce_recipient_text(rcpt, BOUNCE_RULE));
    json_object_set_new(object, "evidence", evidence(rcpt, base));
    json_object_set_new(object, "retry", retry(rcpt));
    return object;
}

static json_t *seconds_of(const struct joined_rcpt *j, double seconds)
{
    return j->attempts ? json_integer((json_int_t)(seconds + 0.5)) : json_null();
}

static json_t *joined_object(const struct joined_rcpt *j)
{
    json_t *object = json_object(), *outcomes = json_array(), *left_out = json_array();

    json_object_set_new(object, "attempts", json_integer((json_int_t)j->attempts));
    json_object_set_new(object, "first", seconds_of(j, j->first));
    json_object_set_new(object, "last", seconds_of(j, j->last));
    for (size_t i = 0; i < j->outcome_count; i++) {
        json_t *outcome = json_object();
        json_object_set_new(outcome, "count", json_integer((json_int_t)j->counts[i]));
        put(outcome, "stage", *j->outcomes[i].stage ? j->outcomes[i].stage : NULL);
        put(outcome, j->outcomes[i].reply ? "said" : "did", j->outcomes[i].what);
        json_object_set_new(
            outcome, "waited", json_integer((json_int_t)(j->outcomes[i].waited + 0.5)));
        json_object_set_new(outcome, "kept", json_boolean(j->outcomes[i].kept));
        json_array_append_new(outcomes, outcome);
    }
    json_object_set_new(object, "outcomes", outcomes);
    for (size_t i = 0; i < j->left_out_count; i++)
        json_array_append_new(left_out, json_string(j->left_out[i]));
    json_object_set_new(object, "left_out", left_out);
    return object;
}

static json_t *origin_object(const struct origin *origin)
{
    json_t *object = json_object(), *proofs = json_array(), *programs = json_array();

    put(object, "verdict", origin_name(origin->verdict));
    json_object_set_new(object, "dressed_as_bounce", json_boolean(origin->dressed));
    for (size_t i = 0; i < origin->proof_count; i++) {
        json_t *proof = json_object();
        put(proof, "kind", origin->proofs[i].kind);
        json_object_set_new(proof, "weight", json_integer(origin->proofs[i].weight));
        put(proof, "text", origin->proofs[i].text);
        json_array_append_new(proofs, proof);
    }
    json_object_set_new(object, "evidence", proofs);
    for (size_t i = 0; i < origin->programs.count; i++) {
        const struct program_file *file = &origin->programs.files[i];
        json_t *program = json_object();
        put(program, "name", file->name);
        put(program, "inside", *file->inside ? file->inside : NULL);
        put(program, "known_by", file->how);
        json_array_append_new(programs, program);
    }
    json_object_set_new(object, "programs", programs);
    return object;
}

void json_print(const struct cli *cli, const struct view *view)
{
    const struct bounce *bounce = view->bounce;
    json_t *object = json_object(), *original = json_object(), *recipients = json_array();
    size_t flags = cli->format == FORMAT_JSONL ? JSON_COMPACT : JSON_INDENT(2);

    json_object_set_new(object, "schema", json_integer(1));
    /* A file name need not be UTF-8. */
    put(object, "source", view->source);
    put(object, "kind", bounce_kind_name(bounce_message_kind(bounce)));
    put(object, "reporting_mta", bounce_message_text(bounce, BOUNCE_REPORTING_MTA));
    put(original, "message_id", bounce_message_text(bounce, BOUNCE_ORIGINAL_MESSAGE_ID));
    put(original, "from", bounce_message_text(bounce, BOUNCE_ORIGINAL_FROM));
    put(original, "subject", bounce_message_text(bounce, BOUNCE_ORIGINAL_SUBJECT));
    json_object_set_new(object, "original", original);
    for (size_t i = 0; i < bounce_recipient_count(bounce); i++) {
        json_t *one = recipient(bounce_recipient_at(bounce, i), view->offset);
        if (view->joined)
            json_object_set_new(one, "transcript", joined_object(&view->joined->rcpts[i]));
        json_array_append_new(recipients, one);
    }
    json_object_set_new(object, "recipients", recipients);
    json_object_set_new(object, "origin", view->origin ? origin_object(view->origin) : json_null());
    json_dumpf(object, stdout, flags | JSON_REAL_PRECISION(3));
    fputc('\n', stdout);
    json_decref(object);
}
