/* SPDX-License-Identifier: BSD-2-Clause */
/* returned.c - where a notification ends and the message that it returns begins, in one text. */
#include "formats.h"

/* Fields that only a whole header block has: three of a kind could be the notification quoting
 * subject and date. */
static bool telling_field(struct span name)
{
    static const char *const telling[] = {"Received", "Return-Path", "Message-ID", "MIME-Version",
        "Delivered-To", "DKIM-Signature", "Content-Type"};

    for (size_t i = 0; i < COUNT(telling); i++)
        if (span_same(name, telling[i]))
            return true;
    return false;
}

/* The first lines of a header block that nobody announced. */
static bool header_begins(struct span line, struct lines after)
{
    struct field field;
    struct span next;
    bool telling;
    int fields = 1;

    if (!byte_alpha(line.n ? line.p[0] : ' ') || !bounce__field_line(line, &field))
        return false;
    telling = telling_field(field.name);
    for (int i = 0; i < 30 && bounce__lines_next(&after, &next); i++) {
        if (next.n && (next.p[0] == ' ' || next.p[0] == '\t'))
            continue;
        if (!next.n || !bounce__field_line(next, &field))
            break;
        telling |= telling_field(field.name);
        fields++;
    }
    return fields >= 3 && telling;
}

static void take_original(struct notes *notes, struct span rest)
{
    struct span header, body;

    if (notes->original.p)
        return;
    rest = bounce__trim(rest);
    while (rest.n && (rest.p[0] == '-' || rest.p[0] == '|' || rest.p[0] == '>')) {
        size_t eol = bounce__find(rest, SPAN("\n"), 0);
        rest = bounce__trim(span_from(rest, eol == SIZE_MAX ? rest.n : eol));
    }
    bounce__split(span_upto(rest, 64 * 1024), &header, &body);
    if (bounce__trim(header).n) /* it may stand in a part of its own */
        notes->original = header;
}

/* Is this the header of a bounce? List managers send those on with a few words in front. */
static bool bounce_header(struct span header)
{
    struct span path = bounce__field_get(header, "Return-Path");
    struct span from = bounce__field_get(header, "From");

    return (path.p && !bounce__strip(path, "<>").n) || span_has(from, "mailer-daemon") ||
           span_has(from, "mail delivery s");
}

/* Goes on with the bounce that begins at `at`, if it is one. */
static bool skip_to_inner(struct text *text, size_t at)
{
    struct span header, body;
    size_t skip;

    bounce__split(span_from(text->s, at), &header, &body);
    if (!bounce_header(header) || !bounce__trim(body).n)
        return false;
    skip = (size_t)(body.p - text->s.p);
    text->s = body;
    if (text->at)
        text->at += skip;
    else
        text->base += (uint32_t)skip;
    return true;
}

/* Cuts the text where the returned message begins. */
void bounce__returned_cut(struct notes *notes, struct text *text)
{
    struct lines lines;
    struct span line;
    bool inside = false;

    bounce__lines_init(&lines, text->s);
    while (bounce__lines_next(&lines, &line)) {
        size_t end = (size_t)(line.p - text->s.p), after = (size_t)(lines.at - text->s.p);

        if (bounce__ends_notification(line)) {
            take_original(notes, span_from(text->s, after));
        } else if (header_begins(line, lines)) {
            if (!inside && skip_to_inner(text, end)) {
                inside = true;
                bounce__lines_init(&lines, text->s);
                continue;
            }
            take_original(notes, span_from(text->s, end));
        } else {
            continue;
        }
        text->s.n = end;
        return;
    }
}
