/* SPDX-License-Identifier: BSD-2-Clause */
/* notice.c - finds the few members that matter by name; strings are skipped as strings, nothing is
 * nested here. */
#include "notice.h"
#include "address.h"

enum { NOTICE_MOST = 64 * 1024 };

/* The end of the string that begins behind s.p[0] == '"': the index of its closing quote. */
static size_t string_end(struct span s, size_t at)
{
    for (at++; at < s.n && s.p[at] != '"'; at++)
        if (s.p[at] == '\\')
            at++;
    return at < s.n ? at : s.n;
}

/* The value behind "name": a string without its quotes, or an array or object with its brackets.
 * Brackets inside of strings do not count. */
static struct span member(struct span s, const char *name)
{
    size_t length = strlen(name), depth = 0, start, i;

    for (i = 0; i < s.n; i++) {
        size_t end;
        struct span rest;

        if (s.p[i] != '"')
            continue;
        end = string_end(s, i);
        if (!bounce__same(span_upto(span_from(s, i + 1), end - i - 1), span_of(name, length))) {
            i = end;
            continue;
        }
        rest = bounce__trim(span_from(s, end + 1));
        i = end;
        if (!rest.n || rest.p[0] != ':')
            continue;
        rest = bounce__trim(span_from(rest, 1));
        if (!rest.n)
            return SPAN_NONE;
        if (rest.p[0] == '"')
            return span_upto(span_from(rest, 1), string_end(rest, 0) - 1);
        for (start = 0; start < rest.n; start++) {
            if (rest.p[start] == '"')
                start = string_end(rest, start);
            else if (rest.p[start] == '[' || rest.p[start] == '{')
                depth++;
            else if ((rest.p[start] == ']' || rest.p[start] == '}') && --depth == 0)
                return span_upto(rest, start + 1);
            if (!depth)
                return SPAN_NONE;
        }
        return rest;
    }
    return SPAN_NONE;
}

/* An SNS envelope carries the notification as a string: one level of backslashes goes. */
static void unwrap(struct text *text, struct arena *arena)
{
    char *out;
    uint32_t *at;
    size_t n = 0;

    if (!span_has(text->s, "\\\"notificationType\\\"") && !span_has(text->s, "\\\"eventType\\\""))
        return;
    out = bounce__arena_new(arena, text->s.n + 1);
    at = bounce__arena_new(arena, (text->s.n + 1) * sizeof *at);
    if (!out || !at)
        return;
    for (size_t i = 0; i < text->s.n; i++) {
        if (text->s.p[i] == '\\' && i + 1 < text->s.n &&
            (text->s.p[i + 1] == '"' || text->s.p[i + 1] == '\\'))
            i++;
        at[n] = text_at(text, i);
        out[n++] = text->s.p[i];
    }
    text->s = span_of(out, n);
    text->at = at;
    /* What stands before the inner object would unbalance the quotes. */
    n = bounce__find(text->s, SPAN("{\"notificationType\""), 0);
    if (n == SIZE_MAX)
        n = bounce__find(text->s, SPAN("{\"eventType\""), 0);
    if (n != SIZE_MAX) {
        text->s = span_from(text->s, n);
        text->at += n;
    }
}

static void add_recipient(struct report *report, struct arena *arena, const struct text *text,
    struct span object, struct span subtype)
{
    struct record *record = record_add(&report->records, arena);

    if (!record)
        return;
    record->from_report = true;
    record->address = bounce__address_typed(arena, member(object, "emailAddress"));
    record->action = member(object, "action");
    record->status = member(object, "status");
    bits_add(&record->decisive, arena, text, bounce__typed_value(member(object, "diagnosticCode")));
    bits_add(&record->said, arena, text, subtype);
}

static void add_recipients(struct report *report, struct arena *arena, const struct text *text,
    struct span list, struct span subtype)
{
    struct span address;
    size_t from = 0, open;

    while ((open = bounce__find(list, SPAN("{"), from)) != SIZE_MAX) {
        size_t end = open;

        while (end < list.n && list.p[end] != '}')
            end = list.p[end] == '"' ? string_end(list, end) + 1 : end + 1;
        add_recipient(report, arena, text,
            span_of(list.p + open, (end < list.n ? end : list.n) - open), subtype);
        from = end;
    }
    if (from)
        return;
    while (bounce__address_next(list, &from, &address)) { /* a plain list of addresses */
        struct record *record = record_add(&report->records, arena);
        if (record)
            record->address = address;
    }
}

static bool read_notice(
    struct report *report, enum bounce_kind *kind, struct arena *arena, const struct text *text)
{
    static const struct {
        const char *type, *list;
        enum bounce_kind kind;
    } types[] = {{"Bounce", "bouncedRecipients", BOUNCE_KIND_BOUNCE},
        {"Complaint", "complainedRecipients", BOUNCE_KIND_COMPLAINT},
        {"Delivery", "recipients", BOUNCE_KIND_DELIVERED}};
    struct span type = member(text->s, "notificationType");

    if (!type.n)
        type = member(text->s, "eventType");
    for (size_t i = 0; i < COUNT(types); i++) {
        if (!span_same(type, types[i].type))
            continue;
        *kind = types[i].kind;
        report->reporting_mta = bounce__typed_value(member(text->s, "reportingMTA"));
        add_recipients(
            report, arena, text, member(text->s, types[i].list), member(text->s, "bounceSubType"));
        return report->records.count > 0;
    }
    return false;
}

bool bounce__notice_read(struct report *report, enum bounce_kind *kind, struct arena *arena,
    const struct message *message)
{
    const struct part *part = bounce__part_of(message, PART_TEXT);
    struct span body = part ? span_upto(part->body, NOTICE_MOST) : SPAN_NONE;
    struct text *text;

    if (!part || (!span_has(body, "notificationType") && !span_has(body, "eventType")))
        return false;
    text = bounce__arena_new(arena, sizeof *text);
    if (!text)
        return false;
    *text = bounce__part_text(arena, message, part);
    unwrap(text, arena);
    return read_notice(report, kind, arena, text);
}
