/* SPDX-License-Identifier: BSD-2-Clause */
#include "script/pattern.h"

#include <string.h>

enum { DEPTH_MAX = 200 }; /* of recursion; a frame is small */

static const char *match(struct pattern *m, const char *s, const char *p);

static const char *fail(struct pattern *m, const char *problem)
{
    m->problem = problem;
    return NULL;
}

/* False: no step is left. */
static bool pay(struct pattern *m, size_t steps)
{
    m->exhausted = m->exhausted || m->steps < steps;
    m->steps -= m->exhausted ? m->steps : steps;
    return !m->exhausted;
}

/* ---- one character ---- */

static bool between(unsigned char c, unsigned char from, unsigned char to)
{
    return c >= from && c <= to;
}

static bool is_letter(unsigned char c)
{
    return between(c | 32, 'a', 'z');
}

static bool is_graph(unsigned char c)
{
    return between(c, '!', '~');
}

static bool is_alnum(unsigned char c)
{
    return is_letter(c) || between(c, '0', '9');
}

/* %a and the like, in small letters; false: not a class. ASCII, whatever the locale. */
static bool in_class(unsigned char c, unsigned char name, bool *member)
{
    switch (name) {
    case 'a':
        *member = is_letter(c);
        return true;
    case 'c':
        *member = c < 32 || c == 127;
        return true;
    case 'd':
        *member = between(c, '0', '9');
        return true;
    case 'g':
        *member = is_graph(c);
        return true;
    case 'l':
        *member = between(c, 'a', 'z');
        return true;
    case 'p':
        *member = is_graph(c) && !is_alnum(c);
        return true;
    case 's':
        *member = c == ' ' || between(c, '\t', '\r');
        return true;
    case 'u':
        *member = between(c, 'A', 'Z');
        return true;
    case 'w':
        *member = is_alnum(c);
        return true;
    case 'x':
        *member = between(c, '0', '9') || between(c | 32, 'a', 'f');
        return true;
    case 'z': /* of Lua 5.1, not documented any more */
        *member = c == 0;
        return true;
    default:
        return false;
    }
}

/* %x for any x: a class, its complement in capitals, or the character itself. */
static bool is_escaped(unsigned char c, unsigned char name)
{
    bool member = false, capital = between(name, 'A', 'Z');
    if (is_letter(name) && in_class(c, name | 32, &member))
        return member != capital;
    return c == name;
}

/* p is at '[', last at ']'. */
static bool in_set(unsigned char c, const char *p, const char *last)
{
    bool positive = p[1] != '^';
    for (p += positive ? 1 : 2; p < last; p++) {
        if (*p == '%') {
            p++;
            if (is_escaped(c, (unsigned char)*p))
                return positive;
        } else if (p + 2 < last && p[1] == '-') {
            if (between(c, (unsigned char)p[0], (unsigned char)p[2]))
                return positive;
            p += 2;
        } else if ((unsigned char)*p == c) {
            return positive;
        }
    }
    return !positive;
}

/* Behind the item that begins at p: one character, %x, or a set. NULL: malformed. */
static const char *item_end(struct pattern *m, const char *p)
{
    if (*p == '%')
        return p + 1 < m->end ? p + 2 : fail(m, "malformed pattern (ends with '%')");
    if (*p++ != '[')
        return p;
    if (p < m->end && *p == '^')
        p++;
    for (bool first = true; p < m->end && (first || *p != ']'); first = false)
        p += *p == '%' ? 2 : 1; /* the first ']' of a set stands for itself */
    return p < m->end ? p + 1 : fail(m, "malformed pattern (missing ']')");
}

/* Whether the character at s, if there is one, fits the item from p to end. */
static bool fits(struct pattern *m, const char *s, const char *p, const char *end)
{
    if (!pay(m, (size_t)(end - p)) || s == m->text_end)
        return false;
    switch (*p) {
    case '.':
        return true;
    case '%':
        return is_escaped((unsigned char)*s, (unsigned char)p[1]);
    case '[':
        return in_set((unsigned char)*s, p, end - 1);
    default:
        return *p == *s;
    }
}

/* ---- repetitions ---- */

static const char *longest_first(struct pattern *m, const char *s, const char *p, const char *end)
{
    const char *reach = s;
    while (fits(m, reach, p, end))
        reach++;
    for (;; reach--) {
        const char *got = match(m, reach, end + 1);
        if (got || m->exhausted || m->problem || reach == s)
            return got;
    }
}

static const char *shortest_first(struct pattern *m, const char *s, const char *p, const char *end)
{
    for (;;) {
        const char *got = match(m, s, end + 1);
        if (got || m->problem || !fits(m, s, p, end))
            return got;
        s++;
    }
}

/* ---- captures and the two special items ---- */

static const char *open_capture(struct pattern *m, const char *s, const char *p)
{
    bool position = p + 1 < m->end && p[1] == ')';
    if (m->count == PATTERN_CAPTURES_MAX)
        return fail(m, "too many captures");
    m->captures[m->count].at = s;
    m->captures[m->count].len = position ? PATTERN_POSITION : PATTERN_OPEN;
    m->count++;
    const char *got = match(m, s, p + (position ? 2 : 1));
    if (!got)
        m->count--;
    return got;
}

static const char *close_capture(struct pattern *m, const char *s, const char *p)
{
    size_t i = m->count;
    while (i && m->captures[i - 1].len != PATTERN_OPEN)
        i--;
    if (!i)
        return fail(m, "invalid pattern capture");
    m->captures[i - 1].len = s - m->captures[i - 1].at;
    const char *got = match(m, s, p + 1);
    if (!got)
        m->captures[i - 1].len = PATTERN_OPEN;
    return got;
}

/* %1: what an earlier capture matched. */
static const char *same_again(struct pattern *m, const char *s, char digit)
{
    size_t i = (size_t)(digit - '1');
    if (digit == '0' || i >= m->count || m->captures[i].len == PATTERN_OPEN)
        return fail(m, "invalid capture index in pattern");
    if (m->captures[i].len == PATTERN_POSITION)
        return NULL; /* a place is no text */
    size_t len = (size_t)m->captures[i].len;
    if (!pay(m, len + 1) || (size_t)(m->text_end - s) < len ||
        memcmp(s, m->captures[i].at, len) != 0)
        return NULL;
    return s + len;
}

/* %bxy */
static const char *balanced(struct pattern *m, const char *s, const char *p)
{
    if (p + 3 >= m->end)
        return fail(m, "malformed pattern (missing arguments to '%b')");
    if (s == m->text_end || *s != p[2])
        return NULL;
    size_t open = 1;
    for (s++; s < m->text_end && pay(m, 1); s++) {
        if (*s == p[3] && --open == 0)
            return s + 1;
        if (*s == p[2] && p[2] != p[3])
            open++;
    }
    return NULL;
}

/* %f[set]; *p is moved behind it. */
static bool at_frontier(struct pattern *m, const char *s, const char **p)
{
    const char *set = *p + 2, *end;
    if (set >= m->end || *set != '[')
        return fail(m, "missing '[' after '%f' in pattern");
    end = item_end(m, set);
    if (!end || !pay(m, (size_t)(end - set)))
        return false;
    unsigned char before = s == m->text ? 0 : (unsigned char)s[-1];
    unsigned char here = s == m->text_end ? 0 : (unsigned char)*s;
    *p = end;
    return !in_set(before, set, end - 1) && in_set(here, set, end - 1);
}

/* ---- the whole ---- */

/* One item with what may follow it. True: it is done, and *got is the outcome of all the rest. */
static bool match_item(struct pattern *m, const char **s, const char **p, const char **got)
{
    const char *end = item_end(m, *p);
    *got = NULL;
    if (!end)
        return true;
    char suffix = end < m->end ? *end : 0;
    if (suffix == '*' || suffix == '-') {
        *got = (suffix == '*' ? longest_first : shortest_first)(m, *s, *p, end);
        return true;
    }
    bool one = fits(m, *s, *p, end);
    if (suffix == '+') {
        *got = one ? longest_first(m, *s + 1, *p, end) : NULL;
        return true;
    }
    if (suffix == '?') {
        *got = one ? match(m, *s + 1, end + 1) : NULL;
        *p = end + 1;
        return *got != NULL;
    }
    *s += one;
    *p = end;
    return !one;
}

static const char *match_rest(struct pattern *m, const char *s, const char *p)
{
    while (p < m->end && !m->problem && pay(m, 1)) {
        const char *got = NULL;
        char next = p + 1 < m->end ? p[1] : 0;
        if (*p == '(')
            return open_capture(m, s, p);
        if (*p == ')')
            return close_capture(m, s, p);
        if (*p == '$' && p + 1 == m->end)
            return s == m->text_end ? s : NULL;
        if (*p == '%' && next == 'f') {
            if (!at_frontier(m, s, &p))
                return NULL;
        } else if (*p == '%' && (next == 'b' || between((unsigned char)next, '0', '9'))) {
            s = next == 'b' ? balanced(m, s, p) : same_again(m, s, next);
            if (!s)
                return NULL;
            p += next == 'b' ? 4 : 2;
        } else if (match_item(m, &s, &p, &got)) {
            return got;
        }
    }
    return m->problem || m->exhausted ? NULL : s;
}

static const char *match(struct pattern *m, const char *s, const char *p)
{
    if (m->depth == DEPTH_MAX)
        return fail(m, "pattern too complex");
    m->depth++;
    const char *got = match_rest(m, s, p);
    m->depth--;
    return got;
}

const char *pattern_match(struct pattern *pattern, const char *at, const char *from)
{
    pattern->depth = 0;
    pattern->count = 0;
    return match(pattern, at, from);
}

bool pattern_is_plain(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (text[i] && strchr("^$*+?.([%-", text[i]))
            return false;
    return true;
}
