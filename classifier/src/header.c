/* SPDX-License-Identifier: BSD-2-Clause */
/* header.c - reading header blocks without copying them. */
#include "header.h"
#include "decode.h"

/* RFC 5322 2.2: a field name is printable US-ASCII without colon; blanks before the colon are
 * tolerated (4.5). */
static size_t name_length(struct span line)
{
    size_t i = 0;

    while (i < line.n && line.p[i] > ' ' && line.p[i] < 127 && line.p[i] != ':')
        i++;
    return i;
}

bool bounce__field_line(struct span line, struct field *field)
{
    size_t name = name_length(line);
    size_t colon = name;

    while (colon < line.n && (line.p[colon] == ' ' || line.p[colon] == '\t'))
        colon++;
    if (!name || name > 76 || colon >= line.n || line.p[colon] != ':')
        return false;
    field->name = span_upto(line, name);
    field->value = span_from(line, colon + 1);
    return true;
}

void bounce__fields_init(struct fields *fields, struct span block)
{
    *fields = (struct fields){0};
    bounce__lines_init(&fields->lines, block);
}

static bool next_line(struct fields *fields, struct span *line)
{
    if (fields->has_pending) {
        fields->has_pending = false;
        *line = fields->pending;
        return true;
    }
    return bounce__lines_next(&fields->lines, line);
}

/* The lines that continue the field; the one behind them waits. RFC 5322 2.2.3 */
static void take_folded(struct fields *fields, struct field *field)
{
    struct span line;

    while (bounce__lines_next(&fields->lines, &line)) {
        if (!line.n || (line.p[0] != ' ' && line.p[0] != '\t')) {
            fields->pending = line;
            fields->has_pending = true;
            return;
        }
        field->value.n = (size_t)(line.p + line.n - field->value.p);
    }
}

bool bounce__fields_next(struct fields *fields, struct field *field)
{
    struct span line;

    do {
        if (!next_line(fields, &line))
            return false;
    } while (!bounce__field_line(line, field));
    take_folded(fields, field);
    return true;
}

/* Only a line that begins with a name is looked at as a field. */
void bounce__fields_pick(
    struct span block, const char *const *names, struct span *values, size_t count)
{
    struct fields fields;
    struct span line;
    size_t missing = count;

    for (size_t i = 0; i < count; i++)
        values[i] = SPAN_NONE;
    bounce__fields_init(&fields, block);
    while (missing && next_line(&fields, &line))
        for (size_t i = 0; i < count; i++) {
            struct field field;

            if (values[i].p || !span_starts(line, names[i]) || !bounce__field_line(line, &field) ||
                !span_same(field.name, names[i]))
                continue;
            take_folded(&fields, &field);
            values[i] = bounce__trim(field.value);
            missing--;
            break;
        }
}

struct span bounce__field_get(struct span block, const char *name)
{
    struct span value;

    bounce__fields_pick(block, &name, &value, 1);
    return value;
}

struct span bounce__field_main(struct span value)
{
    size_t semicolon = bounce__find(value, SPAN(";"), 0);

    return bounce__trim(span_upto(value, semicolon));
}

/* The end of a parameter value: its closing quote, or the ';' of the next one. */
static struct span param_value(struct span rest)
{
    size_t i = 0;

    rest = bounce__trim(rest);
    if (rest.n && rest.p[0] == '"') {
        rest = span_from(rest, 1);
        while (i < rest.n && rest.p[i] != '"')
            i++;
        return span_upto(rest, i);
    }
    while (i < rest.n && rest.p[i] != ';' && !byte_blank(rest.p[i]))
        i++;
    return span_upto(rest, i);
}

struct span bounce__field_param(struct span value, const char *name)
{
    size_t at = 0;
    bool quoted = false;

    for (; at < value.n; at++) {
        struct span rest;

        if (value.p[at] == '"')
            quoted = !quoted;
        if (value.p[at] != ';' || quoted)
            continue;
        rest = bounce__trim(span_from(value, at + 1));
        if (!span_starts(rest, name))
            continue;
        rest = bounce__trim(span_from(rest, strlen(name)));
        if (rest.n && rest.p[0] == '=')
            return param_value(span_from(rest, 1));
    }
    return SPAN_NONE;
}

/* Could this line stand in a header block? Tabs and blanks continue the line before. */
static bool header_line(struct span line, bool first)
{
    struct field field;

    if (first && span_starts(line, "\xEF\xBB\xBF")) /* an editor's mark of UTF-8 */
        line = span_from(line, 3);
    if (bounce__field_line(line, &field))
        return true;
    if (!first && line.n && (line.p[0] == ' ' || line.p[0] == '\t'))
        return true;
    return span_starts(line, "From ") || span_starts(line, ">From ");
}

void bounce__split(struct span entity, struct span *header, struct span *body)
{
    struct lines lines;
    struct span line;
    bool first = true;

    *header = entity;
    *body = span_from(entity, entity.n);
    bounce__lines_init(&lines, entity);
    while (bounce__lines_next(&lines, &line)) {
        size_t here = (size_t)(line.p - entity.p);

        if (!bounce__trim(line).n || !header_line(line, first)) {
            *header = span_upto(entity, here);
            /* A line that is no field ends the block as an empty one would, but belongs to the
             * body. */
            *body = span_from(
                entity, line.n && bounce__trim(line).n ? here : (size_t)(lines.at - entity.p));
            return;
        }
        first = false;
    }
}

/* RFC 2047 2: "=?charset?B|Q?text?=". The parts of one at s.p, or false. */
static bool encoded_word(
    struct span s, struct span *charset, char *how, struct span *text, size_t *used)
{
    size_t q1, q2, end;

    if (!span_starts(s, "=?"))
        return false;
    q1 = bounce__find(span_upto(s, 80), SPAN("?"), 2);
    if (q1 == SIZE_MAX || q1 + 2 >= s.n || s.p[q1 + 2] != '?')
        return false;
    q2 = q1 + 2;
    end = bounce__find(span_upto(s, 2000), SPAN("?="), q2 + 1);
    if (end == SIZE_MAX)
        return false;
    *charset = span_of(s.p + 2, q1 - 2);
    *how = byte_lower(s.p[q1 + 1]);
    *text = span_of(s.p + q2 + 1, end - q2 - 1);
    *used = end + 2;
    return *how == 'b' || *how == 'q';
}

char *bounce__field_text(struct charsets *charsets, struct arena *arena, struct span value)
{
    char *out;
    size_t n = 0, cap;

    value = span_upto(bounce__trim(value), 4000);
    cap = value.n * 3 + 16;
    out = bounce__arena_room(arena, cap);
    for (size_t i = 0; out && i < value.n && n + 8 < cap;) {
        struct span charset, text, rest = span_from(value, i);
        size_t used;
        char how;

        if (encoded_word(rest, &charset, &how, &text, &used)) {
            struct span word = bounce__decode_word(charsets, arena, text, how, charset);
            size_t gap = i + used;
            if (word.n > cap - n - 4)
                word.n = cap - n - 4;
            if (word.n)
                memcpy(out + n, word.p, word.n);
            n += word.n;
            /* RFC 2047 6.2: blanks between two encoded words are not shown. */
            while (gap < value.n && byte_blank(value.p[gap]))
                gap++;
            i = span_starts(span_from(value, gap), "=?") ? gap : i + used;
        } else if (byte_blank(value.p[i]) || !value.p[i]) {
            if (n && out[n - 1] != ' ')
                out[n++] = ' ';
            i++;
        } else {
            i += bounce__clean(out, &n, rest);
        }
    }
    if (out)
        out[n] = '\0';
    return out;
}
