/* SPDX-License-Identifier: BSD-2-Clause */
#include "suite/conduct.h"

#include <bounce.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include "suite/record.h"
#include "util/mem.h"
#include "util/text.h"

enum { LISTED = 50 }; /* attempts and notices; an MTA may make hundreds */

static double since(const struct record *record, uint64_t at_ms)
{
    return at_ms < record->submitted_ms ? 0 : (double)(at_ms - record->submitted_ms) / 1000;
}

static json_t *text_or_null(const char *text)
{
    json_t *string = text ? json_string(text) : NULL; /* NULL too where it is no UTF-8 */
    return string ? string : json_null();
}

/* The first label of a host's name. */
static json_t *label(const char *host)
{
    json_t *name = host ? json_stringn(host, strcspn(host, ".")) : NULL;
    return name ? name : json_null();
}

/* ---- attempts: what the sender tells, else what the hosts saw ---- */

struct walk { /* over the attempts, in time */
    const struct record *record;
    bool told;
    size_t at;
};

static struct walk walk_begin(const struct record *record)
{
    struct walk w = {.record = record};
    for (size_t i = 0; i < record->happening_count; i++)
        w.told = w.told || record->happenings[i].kind == HAPPENED_ATTEMPT;
    return w;
}

static const struct happening *walk_next(struct walk *w)
{
    while (w->at < w->record->happening_count) {
        const struct happening *h = &w->record->happenings[w->at++];
        if (h->kind == (w->told ? HAPPENED_ATTEMPT : HAPPENED_SESSION) &&
            !(w->told && text_starts(h->what, "dns:")))
            return h;
    }
    return NULL;
}

static json_t *attempts_json(const struct record *record)
{
    json_t *list = json_array();
    struct walk w = walk_begin(record);
    for (const struct happening *h; (h = walk_next(&w)) && json_array_size(list) < LISTED;)
        json_array_append_new(list, json_pack("{s:f, s:o, s:o}", "t", since(record, h->at_ms),
                                        "host", label(h->name), "came", text_or_null(h->what)));
    return list;
}

/* The time from one attempt at a host to the next at the same one: [shortest, longest], or null. */
static json_t *gaps_json(const struct record *record)
{
    double shortest = -1, longest = -1;
    const struct happening *first = NULL, *last = NULL;
    struct walk w = walk_begin(record);
    for (const struct happening *h; (h = walk_next(&w));) {
        first = first ? first : h;
        if (strcmp(h->name ? h->name : "", first->name ? first->name : "") != 0)
            continue;
        double gap = last ? (double)(h->at_ms - last->at_ms) / 1000 : -1;
        shortest = last && (shortest < 0 || gap < shortest) ? gap : shortest;
        longest = gap > longest ? gap : longest;
        last = h;
    }
    return shortest < 0 ? json_null() : json_pack("[f,f]", shortest, longest);
}

/* ---- sessions ---- */

static json_t *sessions_json(const struct record *record)
{
    size_t quit = 0, ehlo = 0, helo = 0, transactions = 0, rset = 0, most = 0, whole = 0;
    for (size_t i = 0; i < record->session_count; i++) {
        const struct record_session *s = &record->sessions[i];
        quit += s->quit;
        ehlo += s->ehlo > 0;
        helo += s->helo > 0;
        rset += s->rset;
        transactions += s->mail;
        whole += s->whole;
        most = s->mail > most ? s->mail : most;
    }
    return json_pack("{s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:i}", "count",
        (int)record->session_count, "with_quit", (int)quit, "with_ehlo", (int)ehlo, "with_helo",
        (int)helo, "rset", (int)rset, "transactions", (int)transactions, "most_transactions",
        (int)most, "messages_sent_whole", (int)whole);
}

/* Clear text after TLS had failed, in the same session or in a later one. */
static json_t *tls_json(const struct record *record)
{
    size_t asked = 0, up = 0;
    bool failed = false, in_clear = false;
    for (size_t i = 0; i < record->session_count; i++) {
        const struct record_session *s = &record->sessions[i];
        asked += s->tls != SESSION_CLEAR;
        up += s->tls == SESSION_TLS_UP;
        failed = failed || s->tls == SESSION_TLS_ASKED;
        in_clear = in_clear || (failed && s->mail_in_clear);
    }
    return json_pack("{s:i, s:i, s:b}", "asked", (int)asked, "up", (int)up, "clear_after_failure",
        (int)in_clear);
}

/* By stage, where a server fell silent: [shortest, longest] until the client left. */
static json_t *waits_json(const struct record *record)
{
    json_t *waits = json_object();
    for (size_t i = 0; i < record->wait_count; i++) {
        const struct record_wait *w = &record->waits[i];
        if (!w->until_ms)
            continue;
        const char *stage = scenario_stage_name((enum scenario_stage)w->stage);
        double held = (double)(w->until_ms - w->from_ms) / 1000;
        json_t *range = json_object_get(waits, stage);
        if (!range) {
            json_object_set_new(waits, stage, json_pack("[f,f]", held, held));
            continue;
        }
        if (held < json_real_value(json_array_get(range, 0)))
            json_array_set_new(range, 0, json_real(held));
        if (held > json_real_value(json_array_get(range, 1)))
            json_array_set_new(range, 1, json_real(held));
    }
    return waits;
}

/* ---- recipients and who was told ---- */

static const char *bounced(const struct judge_reports *came, const char *address, bool only_one)
{
    for (size_t i = 0; i < came->count; i++) {
        const struct bounce *b = came->list[i];
        if (bounce_message_kind(b) != BOUNCE_KIND_BOUNCE)
            continue;
        for (size_t k = 0; k < bounce_recipient_count(b); k++) {
            const struct bounce_recipient *r = bounce_recipient_at(b, k);
            const char *its = bounce_recipient_text(r, BOUNCE_ADDRESS);
            if (its ? text_same(its, address) : only_one)
                return bounce_recipient_text(r, BOUNCE_REASON);
        }
    }
    return NULL;
}

static json_t *recipients_json(
    const struct scenario *scenario, const struct record *record, const struct judge_reports *came)
{
    json_t *list = json_array();
    for (size_t i = 0; i < scenario->to_count; i++) {
        struct record_rcpt seen = record_rcpt(record, scenario->to[i]);
        char *address = mem_format("%s@%s.test", scenario->to[i], scenario->name);
        json_array_append_new(
            list, json_pack("{s:o, s:i, s:i, s:o}", "local", text_or_null(scenario->to[i]), "asked",
                      (int)seen.asked, "delivered", (int)seen.delivered, "bounced",
                      text_or_null(bounced(came, address, scenario->to_count == 1))));
        free(address);
    }
    return list;
}

static json_t *notices_json(const struct record *record, const struct judge_reports *came)
{
    json_t *list = json_array();
    for (size_t i = 0; i < record->bounce_count && i < came->count && i < LISTED; i++)
        json_array_append_new(
            list, json_pack("{s:f, s:s, s:o}", "t", since(record, record->bounces[i].at_ms), "kind",
                      bounce_kind_name(bounce_message_kind(came->list[i])), "to",
                      text_or_null(record->bounces[i].to)));
    return list;
}

/* ---- the whole ---- */

json_t *conduct_json(const struct scenario *scenario, const struct record *record,
    const struct judge_sender *sender, const struct judge_reports *came)
{
    struct result counted = {0};
    judge_count_attempts(scenario, record, sender, &counted);
    json_t *object = json_pack("{s:o, s:i, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:i, s:i, s:i}",
        "attempts", counted.attempts_known ? json_integer(counted.attempts) : json_null(),
        "attempts_seen", (int)record->connections, "tried", attempts_json(record), "gaps",
        gaps_json(record), "sessions", sessions_json(record), "tls", tls_json(record), "waited",
        waits_json(record), "recipients", recipients_json(scenario, record, came), "notices",
        notices_json(record, came), "copies", (int)record->delivered, "duplicates",
        (int)record->duplicates, "resent", (int)record->resent);
    require(object);
    return object;
}
