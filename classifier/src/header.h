/* SPDX-License-Identifier: BSD-2-Clause */
/* header.h - header blocks: fields, folding, parameters, encoded words (RFC 5322 2.2, RFC 2045 5.1,
 * RFC 2047). */
#ifndef BOUNCE_HEADER_H
#define BOUNCE_HEADER_H

#include "arena.h"
#include "charset.h"

/* One field; value is raw and may span several lines. */
struct field {
    struct span name, value;
};

/* Walks the fields of a block. Lines that are no field ("From " of an mbox, junk) are passed over.
 */
struct fields {
    struct lines lines;
    struct span pending; /* a line already read that belongs to the next field */
    bool has_pending;
};

/* Is this line "Name: value"? */
bool bounce__field_line(struct span line, struct field *field);
void bounce__fields_init(struct fields *fields, struct span block);
bool bounce__fields_next(struct fields *fields, struct field *field);
/* The first field of that name; empty span with p NULL when there is none. */
struct span bounce__field_get(struct span block, const char *name);
/* The same for several names in one pass. */
void bounce__fields_pick(
    struct span block, const char *const *names, struct span *values, size_t count);
/* A parameter of a structured field ("boundary"), quotes removed when they enclose it; p NULL when
 * absent. */
struct span bounce__field_param(struct span value, const char *name);
/* The bare value before the first ';'. */
struct span bounce__field_main(struct span value);
/* One line, line ends gone, encoded words decoded to UTF-8. NULL when memory ran out. */
char *bounce__field_text(struct charsets *charsets, struct arena *arena, struct span value);
/* Splits a message or part into header block and body at the first empty line. A first line that
 * cannot be a field means: no header at all. */
void bounce__split(struct span entity, struct span *header, struct span *body);

#endif
