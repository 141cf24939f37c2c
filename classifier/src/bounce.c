/* SPDX-License-Identifier: BSD-2-Clause */
/* bounce.c - the public face: message -> report/formats -> records -> match -> reason ->
 * explanation. */
#include "address.h"
#include "explain.h"
#include "kind.h"
#include "notice.h"
#include "reader.h"
#include "retry.h"
#include "transcript.h"
#include "whose.h"
#include "wrapping.h"
#include <stdlib.h>

/* Input beyond this is not looked at; offsets into it fit 32 bits. */
enum { REST_MOST = 6000, NESTED_MOST = 2 };

/* A confidence that needs no further reading. */
#define SETTLED 0.6

enum bounce_status bounce_reader_new(struct bounce_reader **out)
{
    struct bounce_reader *reader;

    if (!out)
        return BOUNCE_EINVAL;
    *out = NULL;
    reader = calloc(1, sizeof *reader);
    if (!reader)
        return BOUNCE_ENOMEM;
    if (bounce__matcher_new(&reader->matcher) < 0) {
        free(reader);
        return BOUNCE_ENOMEM;
    }
    *out = reader;
    return BOUNCE_OK;
}

void bounce_reader_free(struct bounce_reader *reader)
{
    if (!reader)
        return;
    bounce__matcher_free(reader->matcher);
    while (reader->sites) {
        struct site *next = reader->sites->next;
        bounce__site_free(reader->sites);
        reader->sites = next;
    }
    bounce__arena_free(&reader->scratch);
    bounce__charsets_close(&reader->charsets);
    free(reader);
}

void bounce_free(struct bounce *bounce)
{
    if (!bounce)
        return;
    bounce__arena_free(&bounce->arena);
    free(bounce);
}

/* "spam-filter.example [192.0.2.1]:" above a reply: the name of a host is no reason. */
static struct span unnamed(struct span line)
{
    return bounce__names_host(line) ? span_from(line, bounce__find(line, SPAN(" ["), 0) + 1) : line;
}

static void fold_bits(struct fold *fold, const struct bits *bits, size_t most)
{
    size_t limit = fold->n + most < fold->cap ? fold->n + most : fold->cap, cap = fold->cap;

    fold->cap = limit;
    for (const struct bit *bit = bits->first; bit; bit = bit->next) {
        struct span s = unnamed(bit->s);
        size_t start = (size_t)(s.p - bit->text->s.p);
        const uint32_t *at = bit->text->at ? bit->text->at + start : NULL;

        if (fold->n && fold->out[fold->n - 1] != ' ' && fold->out[fold->n - 1] != '\n')
            bounce__fold_mark(fold, ' ');
        bounce__fold(fold, s, at, bit->text->base + (uint32_t)start);
    }
    fold->cap = cap;
}

/* What stands around a reply is not the server's own: it counts as said. */
static void lay_out_zone(struct matching *matching, enum zone zone, const struct bits *bits)
{
    size_t start = zone ? matching->zone_end[zone - 1] : 0;

    if (bits)
        fold_bits(&matching->fold, bits, REST_MOST - 1000);
    bounce__reply_unwrap(&matching->fold, start);
    bounce__fold_mark(&matching->fold, '\n');
    matching->zone_end[zone] =
        zone == ZONE_DECISIVE ? bounce__wrapping_move(&matching->fold, start) : matching->fold.n;
}

enum { SAID_MOST = 400 }; /* bytes: a sentence or three */

/* What the lessons say of the server's own words; where there are none, of what is said about the
 * recipient. */
static void hear(struct matching *matching)
{
    struct span text = bounce__decisive_words(matching);
    bool beside = !text.n;
    uint32_t skipped;

    if (beside)
        text = span_upto(bounce__trim(span_upto(span_of(matching->fold.out, matching->fold.n),
                             matching->zone_end[ZONE_SAID])),
            SAID_MOST);
    skipped = (uint32_t)(text.p - matching->fold.out);
    bounce__lean(&matching->leaning, &bounce__learned, text);
    matching->leaning.beside = beside;
    matching->leaning.from += skipped;
    matching->leaning.to += skipped;
}

/* Lays out the zones that speak of this recipient and matches them. */
static void match_record(struct matcher *matcher, const struct record *record)
{
    struct matching *matching = bounce__matching(matcher);

    lay_out_zone(matching, ZONE_DECISIVE, &record->decisive);
    lay_out_zone(matching, ZONE_SAID, &record->said);
    hear(matching);
    lay_out_zone(matching, ZONE_REST, NULL);
    bounce__match(matcher);
}

/* The same with the rest of the notification. */
static void match_rest(struct matcher *matcher, const struct bits *rest)
{
    bounce__matching_cut(matcher, ZONE_REST);
    lay_out_zone(bounce__matching_of(matcher), ZONE_REST, rest);
    bounce__match(matcher);
}

struct bounce_work {
    struct bounce_reader *reader;
    struct bounce *bounce;
    struct report report;
    struct notes notes;
    struct retry_facts retry;
    bool subject_read;
    bool named;      /* the notification says who failed */
    bool bare_reply; /* no report: a transient reply is just that, no queue gave up */
};

/* What the report means, RFC 3464 2.3.3; OpenSMTPD says "delayed" of an envelope that expired. */
static const char *action_meant(enum bounce_kind kind, const struct decision *decision)
{
    switch (kind) {
    case BOUNCE_KIND_DELAYED:
        return decision->marks[MARK_EXPIRED] ? "failed" : "delayed";
    case BOUNCE_KIND_DELIVERED:
        return "delivered";
    case BOUNCE_KIND_RELAYED:
        return "relayed";
    case BOUNCE_KIND_EXPANDED:
        return "expanded";
    default:
        return "failed";
    }
}

/* Kinds that are not about a failure have their name as their reason. */
static void decide_fixed(struct decision *decision, const char *reason)
{
    *decision = (struct decision){.reason = bounce__reason_named(reason), .confidence = 0.95};
    memcpy(decision->by, "kind of message", sizeof "kind of message");
}

/* "Returned mail: User unknown": the subject of the bounce as its last line of text. Not when it
 * quotes the subject of the returned message, which may say anything. */
static void read_subject(struct bounce_work *work)
{
    struct arena *scratch = &work->reader->scratch;
    const struct message *message = &work->reader->message;
    struct span field = bounce__field_get(message->header, "Subject"), own;
    struct text *text = bounce__arena_new(scratch, sizeof *text);
    char *subject = field.n ? bounce__field_text(message->charsets, scratch, field) : NULL;
    uint32_t *at = subject ? bounce__arena_new(scratch, (strlen(subject) + 1) * sizeof *at) : NULL;

    work->subject_read = true;
    if (!text || !at)
        return;
    text->s = span_str(subject);
    for (size_t i = 0; i < text->s.n; i++)
        /* Where a letter of an encoded word (RFC 2047) stands cannot be said. */
        at[i] = text->s.n == field.n ? (uint32_t)(field.p - message->all.p) + (uint32_t)i
                                     : FOLD_NOWHERE;
    text->at = at;
    own = work->notes.original.p ? bounce__field_get(work->notes.original, "Subject") : SPAN_NONE;
    if (!own.n || bounce__find(field, own, 0) == SIZE_MAX)
        bits_add(&work->notes.rest, scratch, text, text->s);
}

/* The rest of the notification is looked at only when the lines about this recipient do not settle
 * it: it is the longest text, and mostly boilerplate. */
static void decide_record(struct bounce_work *work, struct decision *decision,
    const struct record *record, enum bounce_kind kind, enum stage stage)
{
    struct matcher *matcher = work->reader->matcher;
    bool failed = kind == BOUNCE_KIND_BOUNCE && !work->bare_reply;

    match_record(matcher, record);
    bounce__decide(decision, bounce__matching_of(matcher), record, stage, failed);
    if ((!work->notes.rest.first && (decision->rule || work->bare_reply)) ||
        (decision->confidence >= SETTLED && record->from_report && failed))
        return;
    match_rest(matcher, &work->notes.rest);
    bounce__decide(decision, bounce__matching_of(matcher), record, stage, failed);
    if (decision->rule || work->bare_reply || work->subject_read)
        return;
    read_subject(work);
    match_rest(matcher, &work->notes.rest);
    bounce__decide(decision, bounce__matching_of(matcher), record, stage, failed);
}

static void explain_record(struct bounce_work *work, struct bounce_recipient *out,
    const struct record *record, enum bounce_kind kind, enum stage stage)
{
    struct matching *matching = bounce__matching(work->reader->matcher);
    struct decision decision;
    bool failure = kind == BOUNCE_KIND_BOUNCE || kind == BOUNCE_KIND_DELAYED;
    const char *action = NULL;

    if (failure) {
        decide_record(work, &decision, record, kind, stage);
        action = work->bare_reply ? NULL : action_meant(kind, &decision);
        if (kind == BOUNCE_KIND_DELAYED && !strcmp(action, "failed"))
            bounce__decide(&decision, matching, record, stage, true);
        else if (kind == BOUNCE_KIND_DELAYED && decision.confidence < 0.4)
            decide_fixed(&decision, "delayed");
    } else {
        decide_fixed(&decision, bounce_kind_name(kind));
        if (kind >= BOUNCE_KIND_DELIVERED && kind <= BOUNCE_KIND_EXPANDED) {
            size_t used;
            action = action_meant(kind, &decision);
            bounce__status_parse(record->status, &decision.status, &used);
        }
    }
    bounce__explain(work->bounce, out, record, &decision, matching, action);
    if (failure)
        bounce__retry_tell(work->bounce, out, &work->retry, record, work->bare_reply);
}

static enum bounce_kind kind_of_record(const struct record *record, enum bounce_kind message_kind)
{
    enum bounce_kind kind = bounce__kind_of_action(record->action);
    struct status status;
    size_t used;

    if (kind != BOUNCE_KIND_NOT_A_BOUNCE)
        return kind;
    if (record->from_report && bounce__status_parse(record->status, &status, &used) &&
        status.class_ == 2)
        return BOUNCE_KIND_DELIVERED;
    return message_kind;
}

/* The kind of the whole: the worst that happened to a recipient. */
static enum bounce_kind summarize(const struct bounce *bounce, enum bounce_kind kind)
{
    static const enum bounce_kind worst_first[] = {BOUNCE_KIND_BOUNCE, BOUNCE_KIND_DELAYED,
        BOUNCE_KIND_RELAYED, BOUNCE_KIND_EXPANDED, BOUNCE_KIND_DELIVERED};
    static const char *const actions[] = {"failed", "delayed", "relayed", "expanded", "delivered"};

    for (size_t a = 0; a < COUNT(actions); a++)
        for (size_t i = 0; i < bounce->recipient_count; i++) {
            const char *action = bounce->recipients[i].texts[BOUNCE_ACTION - BOUNCE_ADDRESS];
            if (action && !strcmp(action, actions[a]))
                return worst_first[a];
        }
    return kind;
}

static bool explain_records(struct bounce_work *work, enum bounce_kind kind, enum stage stage)
{
    struct bounce *bounce = work->bounce;
    size_t i = 0;

    if (work->report.records.count > RECORDS_MOST)
        return false;
    bounce->recipients = bounce__arena_new(
        &bounce->arena, (work->report.records.count + 1) * sizeof *bounce->recipients);
    if (!bounce->recipients)
        return false;
    bounce__retry_read(&work->retry, work->bare_reply ? NULL : &work->reader->message,
        &work->report, &work->notes);
    for (struct record *r = work->report.records.first; r; r = r->next) {
        enum stage at = stage;
        bounce__transcript_complete(&work->notes, r, &work->reader->scratch);
        r->rest = &work->notes.rest;
        r->about_sender =
            !work->bare_reply && bounce__about_sender(&work->reader->message, &work->notes, r);
        if (at == STAGE_NONE)
            at = bounce__transcript_stage(&work->notes, r, work->report.records.count == 1);
        explain_record(work, &bounce->recipients[i], r, kind_of_record(r, kind), at);
        bounce->recipient_count = ++i;
    }
    bounce->kind = summarize(bounce, kind);
    return true;
}

static void set_message_texts(struct bounce_work *work)
{
    struct bounce *bounce = work->bounce;
    static const char *const names[MESSAGE_TEXTS - 1] = {"Message-ID", "From", "Subject"};
    struct span values[COUNT(names)];

    if (work->report.reporting_mta.n)
        bounce->texts[BOUNCE_REPORTING_MTA] =
            bounce__clean_copy(&bounce->arena, work->report.reporting_mta);
    bounce__fields_pick(work->notes.original, names, values, COUNT(names));
    for (size_t i = 0; i < COUNT(names); i++)
        if (values[i].n)
            bounce->texts[i + 1] =
                bounce__field_text(&work->reader->charsets, &bounce->arena, values[i]);
}

/* Who answered: automatic replies and challenges come from the recipient. */
static void record_the_answerer(struct bounce_work *work)
{
    struct span from = bounce__field_get(work->reader->message.header, "From"), address;
    struct record *record;
    size_t at = 0;

    work->report.records = (struct records){0};
    record = record_add(&work->report.records, &work->reader->scratch);
    if (record && bounce__address_next(from, &at, &address))
        record->address = address;
}

/* A quoted SMTP reply beside an address: no ordinary mail has that. */
static bool has_reply(const struct records *records)
{
    for (const struct record *r = records->first; r; r = r->next)
        if (r->decisive.first && r->address.n)
            return true;
    return false;
}

static void read_kind(struct bounce_work *work, enum bounce_kind *kind)
{
    struct arena *scratch = &work->reader->scratch;
    struct message *message = &work->reader->message;

    if (bounce__part_of(message, PART_FEEDBACK)) {
        *kind = BOUNCE_KIND_COMPLAINT;
        bounce__feedback_read(&work->report, scratch, message);
        bounce__notes_read(&work->notes, &(struct records){0}, scratch, message);
        if (!work->report.records.count)
            bounce__notes_guess(&work->notes, &work->report.records, scratch, message);
        return;
    }
    if (bounce__notice_read(&work->report, kind, scratch, message))
        return;
    bounce__report_read(&work->report, scratch, message);
    bounce__notes_read(&work->notes, &work->report.records, scratch, message);
    work->named = work->report.records.count > 0;
    if (work->report.found && work->report.records.count &&
        work->report.records.first->from_report) {
        *kind = BOUNCE_KIND_BOUNCE;
        return;
    }
    *kind = bounce__kind_of(work->reader->matcher, scratch, message, &work->notes,
        work->report.records.count > 0, has_reply(&work->report.records));
    if (work->report.found && *kind == BOUNCE_KIND_NOT_A_BOUNCE)
        *kind = BOUNCE_KIND_BOUNCE;
    if (*kind == BOUNCE_KIND_AUTO_REPLY || *kind == BOUNCE_KIND_CHALLENGE)
        record_the_answerer(work);
    else if (*kind == BOUNCE_KIND_NOT_A_BOUNCE)
        work->report.records = (struct records){0};
    else if (!work->report.records.count)
        bounce__notes_guess(&work->notes, &work->report.records, scratch, message);
}

/* A list manager or postmaster's robot that sends on, as an attachment, a bounce it could not read:
 * the one inside is what matters. */
static void read_passed_on(struct bounce_work *work, enum bounce_kind *kind)
{
    struct message *message = &work->reader->message, outer;

    for (int level = 0; level < NESTED_MOST; level++) {
        read_kind(work, kind);
        if ((*kind != BOUNCE_KIND_BOUNCE && *kind != BOUNCE_KIND_NOT_A_BOUNCE) || work->named ||
            !bounce__kind_passes_on(message))
            return;
        outer = *message;
        if (!bounce__message_enter(message))
            return;
        if (!bounce__kind_by_system(message)) {
            *message = outer;
            return;
        }
        work->report = (struct report){0};
    }
    read_kind(work, kind);
}

static enum bounce_status finish(struct bounce_work *work, bool good, struct bounce **out)
{
    if (!good || work->bounce->arena.failed || work->reader->scratch.failed) {
        bounce_free(work->bounce);
        return BOUNCE_ENOMEM;
    }
    *out = work->bounce;
    return BOUNCE_OK;
}

static bool begin(struct bounce_work *work, struct bounce_reader *reader)
{
    *work = (struct bounce_work){.reader = reader, .bounce = calloc(1, sizeof *work->bounce)};
    bounce__arena_reset(&reader->scratch);
    return work->bounce != NULL;
}

enum bounce_status bounce_explain_message(
    struct bounce_reader *reader, const char *bytes, size_t len, struct bounce **out)
{
    struct bounce_work work;
    enum bounce_kind kind;
    bool good;

    if (out)
        *out = NULL;
    if (!reader || !out || (!bytes && len))
        return BOUNCE_EINVAL;
    if (!begin(&work, reader))
        return BOUNCE_ENOMEM;
    bounce__message_parse(&reader->message, &reader->charsets,
        span_of(bytes ? bytes : "", len < BOUNCE_INPUT_MOST ? len : BOUNCE_INPUT_MOST));
    read_passed_on(&work, &kind);
    good = explain_records(&work, kind, STAGE_NONE);
    if (good)
        set_message_texts(&work);
    return finish(&work, good, out);
}

enum bounce_status bounce_explain_reply(struct bounce_reader *reader, const char *text, size_t len,
    const char *stage, struct bounce **out)
{
    struct bounce_work work;
    struct text *input;
    struct record *record;
    bool good;

    if (out)
        *out = NULL;
    if (!reader || !out || (!text && len) || (stage && bounce__stage_of(stage) == STAGE_NONE))
        return BOUNCE_EINVAL;
    if (!begin(&work, reader))
        return BOUNCE_ENOMEM;
    input = bounce__arena_new(&reader->scratch, sizeof *input);
    record = record_add(&work.report.records, &reader->scratch);
    good = input && record;
    if (good) {
        work.bare_reply = true;
        input->s = span_of(text ? text : "", len < BOUNCE_INPUT_MOST ? len : BOUNCE_INPUT_MOST);
        if (span_has(input->s, "<<< ") || span_has(input->s, "(reason: "))
            bounce__notes_text(&work.notes, &work.report.records, &reader->scratch, input);
        else
            bits_add(&record->decisive, &reader->scratch, input, input->s);
        good = explain_records(&work, BOUNCE_KIND_BOUNCE, bounce__stage_of(stage));
    }
    return finish(&work, good, out);
}
