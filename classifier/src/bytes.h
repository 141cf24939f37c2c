/* SPDX-License-Identifier: BSD-2-Clause */
/* bytes.h - spans of somebody else's bytes: ASCII only, no locale, no NUL needed at the end. */
#ifndef BOUNCE_BYTES_H
#define BOUNCE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct span {
    const char *p;
    size_t n;
};

#define SPAN(literal) ((struct span){literal, sizeof(literal) - 1})
#define SPAN_NONE     ((struct span){NULL, 0})
#define COUNT(array)  (sizeof(array) / sizeof((array)[0]))

static inline struct span span_of(const char *p, size_t n)
{
    return (struct span){p, n};
}

static inline struct span span_str(const char *s)
{
    return (struct span){s, s ? strlen(s) : 0};
}

static inline char byte_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static inline bool byte_digit(char c)
{
    return c >= '0' && c <= '9';
}

static inline bool byte_alpha(char c)
{
    unsigned small = (unsigned char)c | 0x20u; /* of a letter */

    return small >= 'a' && small <= 'z';
}

/* The letters and digits of ASCII: asked for at nearly every byte of a text. */
extern const bool bounce__alnum[256];

static inline bool byte_alnum(char c)
{
    return bounce__alnum[(unsigned char)c];
}

/* Blank inside a line or between lines. */
static inline bool byte_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f' || c == '\v';
}

static inline struct span span_from(struct span s, size_t skip)
{
    return skip < s.n ? span_of(s.p + skip, s.n - skip) : span_of(s.p ? s.p + s.n : NULL, 0);
}

static inline struct span span_upto(struct span s, size_t n)
{
    return n < s.n ? span_of(s.p, n) : s;
}

/* Everything else compares without regard to ASCII case. */
bool bounce__same(struct span a, struct span b);
bool bounce__starts(struct span s, struct span prefix);
bool bounce__ends(struct span s, struct span suffix);
/* Offset of the first occurrence at or after `from`, or SIZE_MAX. */
size_t bounce__find(struct span s, struct span what, size_t from);
struct span bounce__trim(struct span s);
/* Trims blanks and any of the bytes in `also` from both ends. */
struct span bounce__strip(struct span s, const char *also);
/* A decimal number at the start, at most `max_digits` long; false when there is none. */
bool bounce__number(struct span s, size_t max_digits, unsigned *value, size_t *used);

/* Nearly always the first byte tells, or the second, before anybody counts the rest. */
static inline bool span_may_start(struct span s, const char *literal)
{
    return s.n && byte_lower(s.p[0]) == byte_lower(literal[0]) &&
           (!literal[1] || (s.n > 1 && byte_lower(s.p[1]) == byte_lower(literal[1])));
}

static inline bool span_same(struct span s, const char *literal)
{
    return !*literal ? !s.n : span_may_start(s, literal) && bounce__same(s, span_str(literal));
}

static inline bool span_starts(struct span s, const char *literal)
{
    return !*literal || (span_may_start(s, literal) && bounce__starts(s, span_str(literal)));
}

static inline bool span_has(struct span s, const char *literal)
{
    return bounce__find(s, span_str(literal), 0) != SIZE_MAX;
}

/* Lines end in LF, CRLF or a lone CR, mixed as they come.  The next LF and the next CR are
 * remembered, so that a megabyte without one of them is looked at once and not once per line. */
struct lines {
    const char *at, *end;
    const char *lf, *cr;
};

void bounce__lines_init(struct lines *lines, struct span s);
/* The next line without its ending; false at the end. */
bool bounce__lines_next(struct lines *lines, struct span *line);

#endif
