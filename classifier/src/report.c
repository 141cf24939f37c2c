/* SPDX-License-Identifier: BSD-2-Clause */
/* report.c - delivery-status fields as they really come: in any order, folded or not, with
 * comments, incomplete. */
#include "report.h"
#include "address.h"

struct span bounce__typed_value(struct span value)
{
    size_t semicolon = bounce__find(span_upto(value, 40), SPAN(";"), 0);

    return bounce__trim(semicolon == SIZE_MAX ? value : span_from(value, semicolon + 1));
}

/* The type before the ';' of a Diagnostic-Code (RFC 3464 2.3.6), only if it looks like an atom. */
static struct span diagnostic_text(struct span value, struct span *type)
{
    size_t i = 0;

    value = bounce__trim(value);
    while (
        i < value.n && i < 40 && (byte_alnum(value.p[i]) || value.p[i] == '-' || value.p[i] == '_'))
        i++;
    while (i < value.n && value.p[i] == ' ')
        i++;
    if (i >= value.n || value.p[i] != ';' || !i)
        return value;
    *type = bounce__trim(span_upto(value, i));
    return bounce__trim(span_from(value, i + 1));
}

static struct span first_word(struct span value)
{
    size_t i = 0;

    value = bounce__trim(value);
    while (i < value.n && !byte_blank(value.p[i]) && value.p[i] != '(' && value.p[i] != ';')
        i++;
    return span_upto(value, i);
}

/* Reads one part, field by field; a block ends at an empty line. */
struct reading {
    struct report *report;
    struct arena *arena;
    const struct text *text;
    struct record *record; /* of the block being read, or NULL */
    struct span name, value;
};

static struct record *current(struct reading *reading)
{
    if (!reading->record) {
        reading->record = record_add(&reading->report->records, reading->arena);
        if (reading->record)
            reading->record->from_report = true;
    }
    return reading->record;
}

/* A field that is there already opens a new block: some reports forget the empty line. */
static struct record *fresh(struct reading *reading, size_t offset)
{
    struct record *record = current(reading);

    if (record && ((struct span *)((char *)record + offset))->p) {
        reading->record = NULL;
        record = current(reading);
    }
    return record;
}

static void take_status(struct reading *reading)
{
    struct record *record = fresh(reading, offsetof(struct record, status));
    struct span word = first_word(reading->value);

    if (!record)
        return;
    record->status = word;
    /* "5.1.2 (550 Tried all MXs)": the comment is evidence as good as the text part's. */
    bits_add(&record->said, reading->arena, reading->text,
        bounce__strip(
            span_from(reading->value, (size_t)(word.p + word.n - reading->value.p)), "()"));
}

static void take_recipient(struct reading *reading, struct span value)
{
    struct record *record = fresh(reading, offsetof(struct record, address));

    if (record)
        record->address = bounce__address_typed(reading->arena, value);
}

static void take_diagnostic(struct reading *reading, struct span value)
{
    struct record *record = current(reading);

    if (record)
        bits_add(&record->decisive, reading->arena, reading->text,
            diagnostic_text(value, &record->diagnostic_type));
}

/* RFC 3464 2.2.4, 2.3.7, 2.3.9. */
static void take_date(struct reading *reading)
{
    struct span name = reading->name, value = bounce__trim(reading->value);
    struct record *record;

    if (span_same(name, "Arrival-Date")) {
        if (!reading->report->arrival.n)
            reading->report->arrival = value;
    } else if (span_same(name, "Last-Attempt-Date")) {
        if ((record = current(reading)))
            record->last_attempt = value;
    } else if (span_same(name, "Will-Retry-Until")) {
        if ((record = current(reading)))
            record->retry_until = value;
    }
}

static void take_field(struct reading *reading)
{
    struct span name = reading->name, value = reading->value;
    struct record *record;

    if (span_same(name, "Reporting-MTA") && !reading->report->reporting_mta.n) {
        reading->report->reporting_mta = bounce__typed_value(value);
    } else if (span_same(name, "Final-Recipient")) {
        take_recipient(reading, value);
    } else if (span_same(name, "Original-Recipient")) {
        if ((record = current(reading)))
            record->original = bounce__address_typed(reading->arena, value);
    } else if (span_same(name, "X-Actual-Recipient")) {
        /* Sendmail's local name; useful only where it stands alone. */
        if ((record = current(reading)) && !record->original.n)
            record->original = bounce__address_typed(reading->arena, value);
    } else if (span_same(name, "Action")) {
        if ((record = fresh(reading, offsetof(struct record, action))))
            record->action = first_word(value);
    } else if (span_same(name, "Status")) {
        take_status(reading);
    } else if (span_same(name, "Remote-MTA")) {
        if ((record = current(reading)))
            record->remote_mta = bounce__typed_value(value);
    } else if (span_same(name, "Diagnostic-Code") || span_same(name, "X-Supplementary-Info")) {
        take_diagnostic(reading, value);
    } else {
        take_date(reading);
    }
    reading->name = SPAN_NONE;
}

/* Text that is no field continues the field before: RFC 822 wants a blank in front, not every MTA
 * does. */
static void read_status(struct reading *reading)
{
    struct lines lines;
    struct span line;
    struct field field;

    bounce__lines_init(&lines, reading->text->s);
    while (bounce__lines_next(&lines, &line)) {
        if (!bounce__trim(line).n) {
            take_field(reading);
            reading->record = NULL;
        } else if (line.p[0] != ' ' && line.p[0] != '\t' && bounce__field_line(line, &field)) {
            take_field(reading);
            reading->name = field.name;
            reading->value = field.value;
        } else if (reading->name.n) {
            reading->value.n = (size_t)(line.p + line.n - reading->value.p);
        }
    }
    take_field(reading);
}

/* "@hub.example:jdoe@server": RFC 5321 4.1.1.3; an internal path that means nothing to the sender.
 * A route to nobody stays as it is. */
static bool source_route(struct span address)
{
    size_t colon = bounce__find(address, SPAN(":"), 0);

    return address.n && address.p[0] == '@' && colon != SIZE_MAX && colon + 1 < address.n;
}

/* "LOCAL;<jo>" beside "rfc822;jo@near.example": the name inside the mail system. */
static bool only_local(const struct record *record)
{
    return !span_has(record->address, "@") && span_has(record->original, "@");
}

/* Blocks that hold neither recipient nor anything else are no recipients. */
static void drop_empty(struct records *records)
{
    struct record **link = &records->first;

    records->last = NULL;
    records->count = 0;
    while (*link) {
        struct record *record = *link;
        if (!record->address.n && !record->original.n && !record->action.n && !record->status.n) {
            *link = record->next;
            continue;
        }
        if (!record->address.n ||
            (record->original.n && (source_route(record->address) || only_local(record))))
            record->address = record->original;
        if (source_route(record->address))
            record->address =
                span_from(record->address, bounce__find(record->address, SPAN(":"), 0) + 1);
        records->last = record;
        records->count++;
        link = &record->next;
    }
}

/* Of the undecoded body: a delivery-status part that calls itself text is never encoded. */
static bool looks_like_status(struct span body)
{
    struct span head = span_upto(body, 4096);

    return span_starts(bounce__trim(head), "Reporting-MTA:") ||
           (span_has(head, "Final-Recipient:") && span_has(head, "Action:"));
}

void bounce__report_read(struct report *report, struct arena *arena, const struct message *message)
{
    for (size_t i = 0; i < message->part_count; i++) {
        const struct part *part = &message->parts[i];
        struct text *text;
        struct reading reading = {.report = report, .arena = arena};

        if (part->type != PART_STATUS &&
            !(part->type == PART_TEXT && looks_like_status(part->body)))
            continue;
        text = bounce__arena_new(arena, sizeof *text);
        if (!text)
            return;
        *text = bounce__part_text(arena, message, part);
        report->found = true;
        reading.text = text;
        read_status(&reading);
    }
    drop_empty(&report->records);
}

void bounce__feedback_read(
    struct report *report, struct arena *arena, const struct message *message)
{
    const struct part *part = bounce__part_of(message, PART_FEEDBACK);
    struct text *text = part ? bounce__arena_new(arena, sizeof *text) : NULL;
    struct fields fields;
    struct field field;

    if (!text)
        return;
    *text = bounce__part_text(arena, message, part);
    report->found = true;
    bounce__fields_init(&fields, text->s);
    while (bounce__fields_next(&fields, &field)) {
        struct record *record;

        if (span_same(field.name, "Reporting-MTA"))
            report->reporting_mta = bounce__typed_value(field.value);
        /* RFC 5965 3.2, 3.3: either names the recipient, both may repeat. */
        if (!span_same(field.name, "Original-Rcpt-To") &&
            !span_same(field.name, "Removal-Recipient"))
            continue;
        record = record_add(&report->records, arena);
        if (record)
            record->address = bounce__address_typed(arena, field.value);
    }
}
