/* SPDX-License-Identifier: BSD-2-Clause */
/* message.c - a walk over MIME boundaries (RFC 2046 5.1) with an explicit stack: no recursion, one
 * pass. */
#include "message.h"

/* TEXTS_MOST: of all texts of a message, and of all its reports, so that a text that is decoded and
 * converted in every part does not multiply. */
/* OPENED_MOST: parts and multiparts that are entered at all; most of them are not kept. */
/* GUESS_LINES: where a boundary that the header does not name is looked for. */
enum {
    OPENED_MOST = 1000,
    HEADER_MOST = 256 * 1024,
    TEXTS_MOST = 1024 * 1024,
    GUESS_LINES = 60,
    PREAMBLE_LINES = 4
};

/* The boundaries that are open, outermost first. */
struct walk {
    struct message *message;
    struct span boundary[DEPTH_MOST];
    size_t depth;
    size_t opened;     /* so far */
    struct part *open; /* the leaf being read, or NULL between parts */
};

static enum part_type type_of(struct span content_type)
{
    static const struct {
        const char *name;
        enum part_type type;
    } types[] = {
        {"text/plain", PART_TEXT},
        {"text/html", PART_HTML},
        {"message/delivery-status", PART_STATUS},
        {"message/global-delivery-status", PART_STATUS}, /* RFC 6533 3 */
        {"message/feedback-report", PART_FEEDBACK},      /* RFC 5965 3.1 */
        {"message/disposition-notification", PART_DISPOSITION},
        {"message/global-disposition-notification", PART_DISPOSITION},
        {"message/rfc822", PART_ORIGINAL},
        {"message/global", PART_ORIGINAL},
        {"message/global-headers", PART_ORIGINAL},
        {"message/partial", PART_ORIGINAL},
        {"text/rfc822-headers", PART_ORIGINAL},
        {"text/rfc822-header", PART_ORIGINAL},
        {"text/rfc822", PART_ORIGINAL},
    };
    struct span main = bounce__field_main(content_type);

    if (!main.n) /* RFC 2045 5.2: no type is text/plain */
        return PART_TEXT;
    for (size_t i = 0; i < COUNT(types); i++)
        if (span_same(main, types[i].name))
            return types[i].type;
    if (span_has(main, "delivery-status")) /* text/delivery-status, message/xdelivery-status */
        return PART_STATUS;
    return span_starts(main, "text/") || span_same(main, "text") ? PART_TEXT : PART_OTHER;
}

/* The boundary of a multipart type; p NULL when it is none. */
static struct span boundary_of(struct span content_type)
{
    struct span boundary;

    if (!span_starts(content_type, "multipart/"))
        return SPAN_NONE;
    boundary = bounce__trim(bounce__field_param(content_type, "boundary"));
    return boundary.n ? boundary : SPAN_NONE;
}

/* The boundary of a multipart whose header lost it, "boundary=" unfolded or cut off: a line
 * "--something" with the header of a part below it. */
static struct span guessed_boundary(struct span body, unsigned most)
{
    struct lines lines;
    struct span line, boundary = SPAN_NONE;

    bounce__lines_init(&lines, body);
    for (unsigned i = 0; i < most && bounce__lines_next(&lines, &line); i++) {
        if (boundary.n && span_starts(line, "Content-"))
            return boundary;
        boundary = bounce__trim(span_starts(line, "--") ? span_from(line, 2) : SPAN_NONE);
        if (boundary.n < 4 || boundary.n > 70 || bounce__find(boundary, SPAN(" "), 0) != SIZE_MAX)
            boundary = SPAN_NONE;
    }
    return SPAN_NONE;
}

/* Is the line a delimiter of an open boundary? RFC 2046 5.1.1: "--" boundary ["--"] blanks. */
static bool delimiter(const struct walk *walk, struct span line, size_t *level, bool *closing)
{
    struct span rest;

    if (line.n < 3 || line.p[0] != '-' || line.p[1] != '-')
        return false;
    for (size_t i = walk->depth; i-- > 0;) {
        struct span boundary = walk->boundary[i];

        rest = span_from(line, 2);
        if (rest.n < boundary.n || memcmp(rest.p, boundary.p, boundary.n) != 0)
            continue;
        rest = bounce__trim(span_from(rest, boundary.n));
        if (rest.n && !span_same(rest, "--"))
            continue;
        *level = i;
        *closing = rest.n > 0;
        return true;
    }
    return false;
}

static struct part *new_part(struct message *message)
{
    return message->part_count < PARTS_MOST ? &message->parts[message->part_count++] : NULL;
}

static const char *const part_fields[] = {"Content-Type", "Content-Transfer-Encoding"};

/* A part begins at `from`; returns where its body does. */
static size_t open_part(struct walk *walk, size_t from)
{
    struct message *message = walk->message;
    struct span rest = span_upto(span_from(message->all, from), HEADER_MOST);
    struct span header, body, type, boundary, values[2];

    bounce__split(rest, &header, &body);
    bounce__fields_pick(header, part_fields, values, COUNT(values));
    type = values[0];
    boundary = boundary_of(type);
    if (!boundary.n && span_starts(type, "multipart/"))
        boundary = guessed_boundary(body, GUESS_LINES);
    if (boundary.n && walk->depth < DEPTH_MOST) {
        walk->boundary[walk->depth++] = boundary;
        return (size_t)(body.p - message->all.p);
    }
    walk->open = new_part(message);
    if (walk->open) {
        walk->open->type = boundary.n ? PART_OTHER : type_of(type);
        walk->open->header = header;
        walk->open->content_type = type;
        walk->open->encoding = values[1];
        walk->open->body = span_from(message->all, (size_t)(body.p - message->all.p));
    }
    return (size_t)(body.p - message->all.p);
}

static void close_part(struct walk *walk, const char *end)
{
    if (walk->open)
        walk->open->body.n = end > walk->open->body.p ? (size_t)(end - walk->open->body.p) : 0;
    walk->open = NULL;
}

/* The next line that begins with two hyphens, as every delimiter does. */
static bool dashed_line(struct lines *lines, struct span *line)
{
    const char *at = lines->at, *end = lines->end;

    while (at < end && (at = memchr(at, '-', (size_t)(end - at)))) {
        bool begins = at == lines->at || at[-1] == '\n' || at[-1] == '\r';

        if (begins && end - at > 1 && at[1] == '-') {
            lines->at = at;
            return bounce__lines_next(lines, line);
        }
        while (at < end && *at == '-')
            at++;
    }
    return false;
}

static void walk_parts(struct walk *walk, struct span body)
{
    struct lines lines;
    struct span line;
    size_t level;
    bool closing;

    bounce__lines_init(&lines, body);
    while (dashed_line(&lines, &line)) {
        size_t next;

        if (!delimiter(walk, line, &level, &closing))
            continue;
        close_part(walk, line.p);
        if (walk->message->part_count == PARTS_MOST || walk->opened++ == OPENED_MOST)
            return;
        walk->depth = level + (closing ? 0 : 1);
        if (closing && !level)
            return;
        if (closing)
            continue;
        next = open_part(walk, (size_t)(lines.at - walk->message->all.p));
        lines.at = walk->message->all.p + next;
    }
    close_part(walk, body.p + body.n);
}

static void single_part(struct message *message, enum part_type type)
{
    struct part *part = new_part(message);

    if (part)
        *part = (struct part){.type = type,
            .header = message->header,
            .body = message->body,
            .content_type = message->content_type,
            .encoding = message->encoding};
}

static void limit_texts(struct message *message)
{
    size_t left[2] = {TEXTS_MOST, TEXTS_MOST};

    for (size_t i = 0; i < message->part_count; i++) {
        struct part *part = &message->parts[i];
        size_t *room = &left[part->type != PART_TEXT && part->type != PART_HTML];

        if (part->type == PART_OTHER || part->type == PART_ORIGINAL)
            continue;
        part->body = span_upto(part->body, *room);
        *room -= part->body.n < TEXT_MOST ? part->body.n : TEXT_MOST;
    }
}

static void walk_from(struct message *message, struct span boundary)
{
    struct walk walk = {.message = message};

    if (!boundary.n)
        return;
    walk.boundary[walk.depth++] = boundary;
    walk_parts(&walk, message->body);
}

/* An empty line in front of the header ends nothing. */
static struct span without_blank_lines(struct span bytes)
{
    struct lines lines;
    struct span line;
    struct field field;

    bounce__lines_init(&lines, bytes);
    for (int i = 0; i < PREAMBLE_LINES && bounce__lines_next(&lines, &line); i++) {
        if (bounce__field_line(line, &field))
            return span_from(bytes, (size_t)(line.p - bytes.p));
        if (bounce__trim(line).n)
            break;
    }
    return bytes;
}

static void parse_entity(struct message *message, struct span entity)
{
    struct span values[2];

    bounce__split(without_blank_lines(entity), &message->header, &message->body);
    message->header = span_upto(message->header, HEADER_MOST);
    bounce__fields_pick(message->header, part_fields, values, COUNT(values));
    message->content_type = values[0];
    message->encoding = values[1];
    message->multipart = span_starts(message->content_type, "multipart/");
    message->part_count = 0;
    walk_from(message, boundary_of(message->content_type));
    /* A body without its header begins with a boundary, or with a line that speaks of MIME. */
    if (!message->part_count && (message->multipart || !message->header.n))
        walk_from(message,
            guessed_boundary(message->body, message->multipart ? GUESS_LINES : PREAMBLE_LINES));
    /* A boundary that never comes (cut off, or mangled by a gateway): read it all as text. */
    if (!message->part_count)
        single_part(message, message->multipart ? PART_TEXT : type_of(message->content_type));
    limit_texts(message);
}

void bounce__message_parse(struct message *message, struct charsets *charsets, struct span bytes)
{
    message->all = bytes;
    message->charsets = charsets;
    parse_entity(message, bytes);
}

bool bounce__message_enter(struct message *message)
{
    const struct part *part = bounce__part_of(message, PART_ORIGINAL);
    struct span entity = part ? part->body : SPAN_NONE;

    if (!part || !span_starts(part->content_type, "message/rfc822") ||
        bounce__encoding(bounce__field_main(part->encoding)) != ENCODING_NONE)
        return false;
    parse_entity(message, entity);
    return true;
}

struct text bounce__part_text(
    struct arena *arena, const struct message *message, const struct part *part)
{
    struct span type = part->content_type;
    enum encoding encoding = bounce__encoding(bounce__field_main(part->encoding));
    struct text text;

    /* RFC 2045 6.4: a multipart has no encoding; its header was taken for want of a part. */
    if (span_starts(type, "multipart/"))
        encoding = ENCODING_NONE;
    text = bounce__decode(message->charsets, arena, part->body,
        (uint32_t)(part->body.p - message->all.p), encoding, bounce__field_param(type, "charset"));
    return part->type == PART_HTML ? bounce__unhtml(arena, &text) : text;
}

const struct part *bounce__part_of(const struct message *message, enum part_type type)
{
    for (size_t i = 0; i < message->part_count; i++)
        if (message->parts[i].type == type)
            return &message->parts[i];
    return NULL;
}
