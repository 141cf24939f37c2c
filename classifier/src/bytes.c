/* SPDX-License-Identifier: BSD-2-Clause */
/* bytes.c - comparing, searching and cutting spans. */
#include "bytes.h"

/* So many bytes of a phrase are compared before it is looked for. */
enum { RAREST_OF = 8 };

/* clang-format off */
const bool bounce__alnum[256] = {
    ['0'] = true, ['1'] = true, ['2'] = true, ['3'] = true, ['4'] = true,
    ['5'] = true, ['6'] = true, ['7'] = true, ['8'] = true, ['9'] = true,
    ['a'] = true, ['b'] = true, ['c'] = true, ['d'] = true, ['e'] = true,
    ['f'] = true, ['g'] = true, ['h'] = true, ['i'] = true, ['j'] = true,
    ['k'] = true, ['l'] = true, ['m'] = true, ['n'] = true, ['o'] = true,
    ['p'] = true, ['q'] = true, ['r'] = true, ['s'] = true, ['t'] = true,
    ['u'] = true, ['v'] = true, ['w'] = true, ['x'] = true, ['y'] = true, ['z'] = true,
    ['A'] = true, ['B'] = true, ['C'] = true, ['D'] = true, ['E'] = true,
    ['F'] = true, ['G'] = true, ['H'] = true, ['I'] = true, ['J'] = true,
    ['K'] = true, ['L'] = true, ['M'] = true, ['N'] = true, ['O'] = true,
    ['P'] = true, ['Q'] = true, ['R'] = true, ['S'] = true, ['T'] = true,
    ['U'] = true, ['V'] = true, ['W'] = true, ['X'] = true, ['Y'] = true, ['Z'] = true};
/* clang-format on */

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

/* How common the bytes of mail are, roughly; what is not named is rare. */
/* clang-format off */
static const uint8_t common[256] = {
    [' '] = 30, ['e'] = 29, ['t'] = 28, ['a'] = 27, ['o'] = 26, ['i'] = 25, ['n'] = 24, ['s'] = 23,
    ['r'] = 22, ['d'] = 21, ['l'] = 20, ['c'] = 19, ['m'] = 18, ['h'] = 17, ['u'] = 16, ['p'] = 15,
    ['.'] = 14, ['f'] = 13, ['-'] = 12, ['g'] = 11, ['b'] = 10, ['y'] = 9, ['w'] = 8, [':'] = 8,
    ['v'] = 7, ['k'] = 6, ['x'] = 5, ['j'] = 4, ['q'] = 3, ['z'] = 2};
/* clang-format on */

/* The place of the rarest byte of a phrase: a search for that one stops least often. */
static size_t rarest(struct span what)
{
    size_t best = 0, n = what.n < RAREST_OF ? what.n : RAREST_OF;

    for (size_t i = 1; i < n; i++)
        if (common[(unsigned char)byte_lower(what.p[i])] <
            common[(unsigned char)byte_lower(what.p[best])])
            best = i;
    return best;
}

size_t bounce__find(struct span s, struct span what, size_t from)
{
    size_t rare;

    if (!what.n || what.n > s.n)
        return SIZE_MAX;
    rare = rarest(what);
    while (from + what.n <= s.n) {
        struct span window = span_of(s.p + from + rare, s.n - what.n + 1 - from);
        const char *hit = next_byte(window, byte_lower(what.p[rare]));

        if (!hit)
            return SIZE_MAX;
        from = (size_t)(hit - s.p) - rare;
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

static const char *next_or_end(const char *at, const char *end, char c)
{
    const char *hit = memchr(at, c, (size_t)(end - at));

    return hit ? hit : end;
}

/* Behind a CR, with the LF that belongs to it. "\r\r\n" is what becomes of "\r\n" where each LF was
 * made a CRLF. */
static const char *behind_cr(const char *at, const char *end)
{
    if (end - at > 1 && at[0] == '\r' && at[1] == '\n')
        at++;
    return at < end && *at == '\n' ? at + 1 : at;
}

bool bounce__lines_next(struct lines *lines, struct span *line)
{
    const char *at = lines->at, *end = lines->end, *stop;

    if (at >= end)
        return false;
    if (!lines->lf || lines->lf < at)
        lines->lf = next_or_end(at, end, '\n');
    if (!lines->cr || lines->cr < at)
        lines->cr = next_or_end(at, end, '\r');
    stop = lines->lf < lines->cr ? lines->lf : lines->cr;
    *line = span_of(at, (size_t)(stop - at));
    if (stop == end)
        lines->at = end;
    else
        lines->at = *stop == '\r' ? behind_cr(stop + 1, end) : stop + 1;
    return true;
}
