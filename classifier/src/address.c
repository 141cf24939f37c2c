/* SPDX-License-Identifier: BSD-2-Clause */
/* address.c - RFC 5321 4.1.2 paths as bounces print them. */
#include "address.h"
#include "fold.h"

enum { LOCAL_MOST = 128, DOMAIN_MOST = 255 };

static bool local_byte(char c)
{
    return byte_alnum(c) || (unsigned char)c >= 0x80 || (c && strchr("!#$%&'*+-/=?^_`{|}~.", c));
}

static bool domain_byte(char c)
{
    return byte_alnum(c) || (unsigned char)c >= 0x80 || c == '-' || c == '.' || c == '_';
}

/* Chinese and Japanese are written without blanks, also in front of an address: where their letters
 * and wide punctuation (three bytes of UTF-8, U+3000 and above) end and ASCII begins, it begins. An
 * address in such letters alone (RFC 6531), or in angle brackets, stays whole. */
static size_t behind_sentence(struct span s, size_t from, size_t at)
{
    size_t ascii = at;

    while (ascii > from && (unsigned char)s.p[ascii - 1] < 0x80)
        ascii--;
    if (ascii == from || ascii == at || (from && s.p[from - 1] == '<') || ascii - from < 3 ||
        (unsigned char)s.p[ascii - 3] < 0xE3)
        return from;
    return ascii;
}

/* How far the local part reaches left of the '@' at `at`. RFC 5321 4.1.2: dot-string or
 * quoted-string. */
static size_t local_start(struct span s, size_t at)
{
    size_t i = at;

    if (i && s.p[i - 1] == '"') {
        size_t open = i - 1;
        while (open && at - open < LOCAL_MOST && s.p[open - 1] != '"')
            open--;
        return open && s.p[open - 1] == '"' ? open - 1 : at;
    }
    while (i && at - i < LOCAL_MOST && local_byte(s.p[i - 1]))
        i--;
    i = behind_sentence(s, i, at);
    /* Punctuation of the sentence around it; not the beginning of an encoded word, which some take
     * for a name. */
    while (i < at && strchr("'`=*.?!|", s.p[i]) && !span_starts(span_from(s, i), "=?"))
        i++;
    return i;
}

static size_t domain_end(struct span s, size_t at)
{
    size_t i = at + 1;

    if (i < s.n && s.p[i] == '[') { /* RFC 5321 4.1.3: an address literal */
        size_t close = bounce__find(span_upto(s, at + DOMAIN_MOST), SPAN("]"), i);
        return close == SIZE_MAX ? i : close + 1;
    }
    while (i < s.n && i - at < DOMAIN_MOST && domain_byte(s.p[i]))
        i++;
    while (i > at + 1 && (s.p[i - 1] == '.' || s.p[i - 1] == '-' || s.p[i - 1] == '_'))
        i--;
    return i;
}

bool bounce__address_next(struct span line, size_t *from, struct span *address)
{
    size_t at = *from;

    while ((at = bounce__find(line, SPAN("@"), at)) != SIZE_MAX) {
        size_t start = local_start(line, at), end = domain_end(line, at);

        if (start < *from)
            start = *from;
        if (start < at && end > at + 1) {
            *address = span_of(line.p + start, end - start);
            *from = end;
            return true;
        }
        at++;
    }
    return false;
}

static int hex(char c)
{
    c = byte_lower(c);
    return byte_digit(c) ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static size_t put_utf8(char *out, uint32_t point)
{
    if (point < 0x80) {
        out[0] = (char)point;
        return 1;
    }
    if (point < 0x800) {
        out[0] = (char)(0xC0 | point >> 6);
        out[1] = (char)(0x80 | (point & 0x3F));
        return 2;
    }
    if (point < 0x10000) {
        out[0] = (char)(0xE0 | point >> 12);
        out[1] = (char)(0x80 | (point >> 6 & 0x3F));
        out[2] = (char)(0x80 | (point & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | (point >> 18 & 7));
    out[1] = (char)(0x80 | (point >> 12 & 0x3F));
    out[2] = (char)(0x80 | (point >> 6 & 0x3F));
    out[3] = (char)(0x80 | (point & 0x3F));
    return 4;
}

/* RFC 6533 3: EmbeddedUnicodeChar "\x{" HEXPOINT "}". Returns bytes used, 0 when there is none
 * here. */
static size_t unicode_escape(struct span s, uint32_t *point)
{
    size_t i = 3;

    if (!span_starts(s, "\\x{"))
        return 0;
    for (*point = 0; i < s.n && i < 9 && hex(s.p[i]) >= 0; i++)
        *point = *point * 16 + (uint32_t)hex(s.p[i]);
    return i > 3 && i < s.n && s.p[i] == '}' ? i + 1 : 0;
}

/* Escapes are longer than what they stand for, so the result fits where the input stood. */
static struct span unescape(struct arena *arena, struct span s, bool xtext)
{
    char *out = bounce__arena_new(arena, s.n + 4);
    size_t n = 0;

    if (!out)
        return s;
    for (size_t i = 0; i < s.n;) {
        uint32_t point;
        size_t used = unicode_escape(span_from(s, i), &point);

        if (used) {
            n += put_utf8(out + n, point);
            i += used;
        } else if (xtext && s.p[i] == '+' && i + 2 < s.n && hex(s.p[i + 1]) >= 0 &&
                   hex(s.p[i + 2]) >= 0) {
            out[n++] = (char)(hex(s.p[i + 1]) << 4 | hex(s.p[i + 2])); /* RFC 3461 4 */
            i += 3;
        } else {
            out[n++] = s.p[i++];
        }
    }
    return span_of(out, n);
}

bool bounce__address_bang(struct span line, struct span *path)
{
    size_t n = 0, bangs = 0;

    if (!line.n || !memchr(line.p, '!', line.n))
        return false;
    if (line.p[0] == '<')
        line = span_from(line, 1);
    while (n < line.n && (byte_alnum(line.p[n]) || strchr("!._-%", line.p[n])) &&
           !bounce__starts(span_from(line, n), SPAN("..."))) {
        if (line.p[n] == '!' && (!n || line.p[n - 1] == '!'))
            return false;
        bangs += line.p[n++] == '!';
    }
    *path = span_upto(line, n);
    return bangs && line.p[n - 1] != '!' && (n == line.n || strchr(">:. \t", line.p[n]));
}

struct span bounce__address_typed(struct arena *arena, struct span value)
{
    struct span line = bounce__trim(value), address;
    size_t semicolon = bounce__find(span_upto(line, 32), SPAN(";"), 0), from = 0;
    bool xtext;

    if (semicolon != SIZE_MAX)
        line = bounce__trim(span_from(line, semicolon + 1));
    xtext = !span_has(line, "@") && span_has(line, "+40");
    if (xtext || span_has(line, "\\x{"))
        line = unescape(arena, line, xtext);
    if (line.n && line.p[0] == '@' && span_has(line, ":"))
        return line; /* a source route: the caller decides */
    if (bounce__address_next(line, &from, &address)) {
        /* Nothing stands around it in a field that holds an address and no more. */
        size_t blank = 0;
        while (blank < line.n && !byte_blank(line.p[blank]) && line.p[blank] != '(')
            blank++;
        if (address.p + address.n == line.p + blank && line.p[0] != '<' && line.p[0] != '"')
            return span_upto(line, blank);
        /* What stands in angle brackets is taken whole: local parts may hold anything. */
        size_t open = bounce__find(line, SPAN("<"), 0), close = bounce__find(line, SPAN(">"), 0);
        if (open == 0 && close != SIZE_MAX && address.p < line.p + close)
            return span_of(line.p + 1, close - 1);
        return address;
    }
    return bounce__strip(line, "<>");
}

bool bounce__address_robot(struct span address)
{
    static const char *const robots[] = {"mailer-daemon@", "postmaster@", "mailerdaemon@",
        "mailer_daemon@", "abuse@", "support@", "helpdesk@", "noreply@", "no-reply@",
        "mail-daemon@", "hostmaster@", "webmaster@", "double-bounce@"};

    for (size_t i = 0; i < COUNT(robots); i++)
        if (span_starts(address, robots[i]))
            return true;
    return false;
}
