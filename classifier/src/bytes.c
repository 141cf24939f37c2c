/* SPDX-License-Identifier: BSD-2-Clause */
/* bytes.c - comparing, searching and cutting spans. */
#include "bytes.h"

bool bounce__same(struct span a, struct span b)
{
    return a.n == b.n && bounce__starts(a, b);
}

bool bounce__starts(struct span s, struct span prefix)
{
    if (s.n < prefix.n)
        return false;
    for (size_t i = 0; i < prefix.n; i++)
        if (byte_lower(s.p[i]) != byte_lower(prefix.p[i]))
            return false;
    return true;
}

bool bounce__ends(struct span s, struct span suffix)
{
    return s.n >= suffix.n && bounce__starts(span_from(s, s.n - suffix.n), suffix);
}

/* The next place where `s` holds the byte `c`, a letter in either case. */
static const char *next_byte(struct span s, char c)
{
    const char *low, *up;

    if (!s.n)
        return NULL;
    low = memchr(s.p, c, s.n);
    if (!byte_alpha(c))
        return low;
    up = memchr(s.p, c - 32, low ? (size_t)(low - s.p) : s.n);
    return up ? up : low;
}

size_t bounce__find(struct span s, struct span what, size_t from)
{
    if (!what.n || what.n > s.n)
        return SIZE_MAX;
    while (from + what.n <= s.n) {
        struct span window = span_of(s.p + from, s.n - what.n + 1 - from);
        const char *hit = next_byte(window, byte_lower(what.p[0]));

        if (!hit)
            return SIZE_MAX;
        from = (size_t)(hit - s.p);
        if (bounce__starts(span_from(s, from), what))
            return from;
        from++;
    }
    return SIZE_MAX;
}

struct span bounce__strip(struct span s, const char *also)
{
    while (s.n && (byte_blank(s.p[0]) || (s.p[0] && strchr(also, s.p[0]))))
        s = span_from(s, 1);
    while (s.n && (byte_blank(s.p[s.n - 1]) || (s.p[s.n - 1] && strchr(also, s.p[s.n - 1]))))
        s.n--;
    return s;
}

struct span bounce__trim(struct span s)
{
    while (s.n && byte_blank(s.p[0]))
        s = span_from(s, 1);
    while (s.n && byte_blank(s.p[s.n - 1]))
        s.n--;
    return s;
}

bool bounce__number(struct span s, size_t max_digits, unsigned *value, size_t *used)
{
    size_t i = 0;
    unsigned v = 0;

    while (i < s.n && i < max_digits && byte_digit(s.p[i]))
        v = v * 10 + (unsigned)(s.p[i++] - '0');
    if (!i || (i < s.n && byte_digit(s.p[i])))
        return false;
    *value = v;
    *used = i;
    return true;
}

void bounce__lines_init(struct lines *lines, struct span s)
{
    static const char nothing[1];

    lines->at = s.p ? s.p : nothing;
    lines->end = lines->at + s.n;
    lines->lf = lines->cr = NULL;
}

/* Where `c` is next: the remembered place while it is still ahead, otherwise looked up again. */
static const char *ahead(const struct lines *lines, const char *known, char c)
{
    const char *hit;

    if (known && known >= lines->at)
        return known;
    hit = memchr(lines->at, c, (size_t)(lines->end - lines->at));
    return hit ? hit : lines->end;
}

bool bounce__lines_next(struct lines *lines, struct span *line)
{
    const char *stop;

    if (lines->at >= lines->end)
        return false;
    lines->lf = ahead(lines, lines->lf, '\n');
    lines->cr = ahead(lines, lines->cr, '\r');
    stop = lines->lf < lines->cr ? lines->lf : lines->cr;
    *line = span_of(lines->at, (size_t)(stop - lines->at));
    lines->at = stop;
    if (lines->at < lines->end)
        lines->at++;
    /* "\r\r\n" is what becomes of "\r\n" where each LF was made a CRLF. */
    if (stop == lines->cr && lines->end - lines->at > 1 && lines->at[0] == '\r' &&
        lines->at[1] == '\n')
        lines->at++;
    if (stop == lines->cr && stop < lines->end && lines->at < lines->end && *lines->at == '\n')
        lines->at++;
    return true;
}
