/* SPDX-License-Identifier: BSD-2-Clause */
/* decode.c - transfer encodings and charsets (RFC 2045 6, RFC 2047 4). */
#include "decode.h"
#include "fold.h"

enum { ESCAPE = 0x1B };

enum encoding bounce__encoding(struct span value)
{
    if (span_same(value, "base64"))
        return ENCODING_BASE64;
    return span_same(value, "quoted-printable") ? ENCODING_QUOTED : ENCODING_NONE;
}

/* What is being written: bytes and where each came from. */
struct sink {
    char *out;
    uint32_t *at;
    size_t n, cap;
};

static bool sink_open(struct sink *sink, struct arena *arena, size_t cap)
{
    *sink = (struct sink){.cap = cap};
    sink->out = bounce__arena_room(arena, cap + 1);
    sink->at = bounce__arena_room(arena, (cap + 1) * sizeof *sink->at);
    return sink->out && sink->at;
}

static void sink_put(struct sink *sink, char c, uint32_t at)
{
    if (sink->n >= sink->cap)
        return;
    sink->at[sink->n] = at;
    sink->out[sink->n++] = c;
}

static struct text sink_text(const struct sink *sink)
{
    return (struct text){.s = span_of(sink->out, sink->n), .at = sink->at};
}

static int base64_value(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (byte_digit(c))
        return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

size_t bounce__base64(char *out, uint32_t *at, size_t cap, struct span s, uint32_t base)
{
    uint32_t bits = 0, have = 0;
    size_t n = 0;

    for (size_t i = 0; i < s.n && n < cap; i++) {
        int value = base64_value(s.p[i]);

        if (s.p[i] == '=' && have < 6) {
            have = 0;
            continue;
        }
        if (value < 0)
            continue;
        bits = bits << 6 | (uint32_t)value;
        have += 6;
        if (have >= 8) {
            have -= 8;
            if (at)
                at[n] = base + (uint32_t)i;
            out[n++] = (char)(bits >> have & 0xFF);
        }
    }
    return n;
}

static void decode_base64(struct sink *sink, struct span s, uint32_t base)
{
    sink->n = bounce__base64(sink->out, sink->at, sink->cap, s, base);
}

static int hex_value(char c)
{
    if (byte_digit(c))
        return c - '0';
    c = byte_lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* How long a soft line break at s.p is ("=", blanks, end of line), or 0. RFC 2045 6.7 (5). */
static size_t soft_break(struct span s)
{
    size_t i = 1;

    while (i < s.n && (s.p[i] == ' ' || s.p[i] == '\t'))
        i++;
    if (i >= s.n)
        return i;
    if (s.p[i] == '\n')
        return i + 1;
    if (s.p[i] != '\r')
        return 0;
    return i + 1 < s.n && s.p[i + 1] == '\n' ? i + 2 : i + 1;
}

static void decode_quoted(struct sink *sink, struct span s, uint32_t base, bool word)
{
    for (size_t i = 0; i < s.n && sink->n < sink->cap;) {
        uint32_t at = base + (uint32_t)i;
        size_t skip;

        if (word && s.p[i] == '_') { /* RFC 2047 4.2 (2) */
            sink_put(sink, ' ', at);
            i++;
        } else if (s.p[i] != '=') {
            sink_put(sink, s.p[i++], at);
        } else if (i + 2 < s.n && hex_value(s.p[i + 1]) >= 0 && hex_value(s.p[i + 2]) >= 0) {
            sink_put(sink, (char)(hex_value(s.p[i + 1]) << 4 | hex_value(s.p[i + 2])), at);
            i += 3;
        } else if ((skip = soft_break(span_from(s, i)))) {
            i += skip;
        } else {
            sink_put(sink, s.p[i++], at);
        }
    }
}

static bool plain_ascii(struct span s)
{
    unsigned char any = 0;

    for (size_t i = 0; i < s.n; i++)
        any |= (unsigned char)s.p[i];
    return any < 0x80;
}

static bool utf8_valid(struct span s)
{
    bool valid = true;
    uint32_t point;

    while (valid && s.n)
        s = span_from(s, bounce__utf8(s, &point, &valid));
    return valid;
}

/* ISO 2022 hides other alphabets behind escape sequences of plain ASCII. */
static bool stateful(struct span charset)
{
    return span_starts(charset, "iso-2022") || span_has(charset, "utf-7") ||
           span_has(charset, "utf-16") || span_starts(charset, "hz-");
}

/* What such alphabets begin with: ESC, '+' (UTF-7), '~' (HZ), or NULs (UTF-16). */
static bool escapes(struct span s)
{
    return memchr(s.p, 0x1B, s.n) || memchr(s.p, '+', s.n) || memchr(s.p, '~', s.n) ||
           memchr(s.p, 0, s.n);
}

/* One character: iconv is fed byte by byte until it takes something, so that the output knows where
 * it began. An escape sequence yields nothing and is taken as a whole. Returns the bytes used. */
static size_t convert_one(struct sink *sink, const struct text *in, size_t i, iconv_t cd)
{
    char out[64], *to = out, *from = (char *)in->s.p + i;
    size_t room = sizeof out, used;

    for (size_t left = 1; left <= 8 && i + left <= in->s.n; left++) {
        size_t feed = left;
        to = out, room = sizeof out, from = (char *)in->s.p + i;
        if (iconv(cd, &from, &feed, &to, &room) != (size_t)-1 || from > in->s.p + i)
            break;
    }
    used = (size_t)(from - (in->s.p + i));
    for (char *c = out; c < to; c++)
        sink_put(sink, *c, text_at(in, i));
    if (!used)
        sink_put(sink, in->s.p[i], text_at(in, i));
    return used ? used : 1;
}

static void convert(struct sink *sink, const struct text *in, iconv_t cd, bool is_stateful)
{
    bool shifted = is_stateful &&
                   !memchr(in->s.p, ESCAPE, in->s.n); /* UTF-7 and its like: no state to follow */
    size_t i = 0;

    while (i < in->s.n && sink->n + 16 < sink->cap) {
        struct span rest = span_from(in->s, i);

        if (!shifted && (unsigned char)rest.p[0] < 0x80 && rest.p[0] != ESCAPE) {
            sink_put(sink, rest.p[0], text_at(in, i));
            i++;
            continue;
        }
        if (rest.p[0] == ESCAPE) /* ISO 2022: ESC ( B and ESC ( J lead back to ASCII */
            shifted = !(rest.n > 2 && rest.p[1] == '(' && (rest.p[2] == 'B' || rest.p[2] == 'J'));
        i += convert_one(sink, in, i, cd);
    }
}

/* Unnamed, and no UTF-8: letters with accents stand alone between others, where alphabets of their
 * own have one such byte beside the other. */
static struct span guessed(struct span text, struct span charset)
{
    size_t high = 0, beside = 0;

    if (charset.n && !span_same(charset, "us-ascii") && !span_same(charset, "utf-8") &&
        !span_starts(charset, "unknown"))
        return charset;
    for (size_t i = 0; i < text.n; i++)
        if ((unsigned char)text.p[i] >= 0x80) {
            high++;
            beside += (i && (unsigned char)text.p[i - 1] >= 0x80) ||
                      (i + 1 < text.n && (unsigned char)text.p[i + 1] >= 0x80);
        }
    return beside * 4 <= high ? SPAN("windows-1252") : charset;
}

static struct text to_utf8(
    struct charsets *charsets, struct arena *arena, struct text in, struct span charset)
{
    struct sink sink;
    iconv_t cd;

    if (plain_ascii(in.s) && !(stateful(charset) && escapes(in.s)))
        return in;
    if (!stateful(charset) && utf8_valid(in.s))
        return in;
    charset = guessed(in.s, charset);
    cd = bounce__charset(charsets, charset);
    if (cd == (iconv_t)-1)
        return in;
    if (sink_open(&sink, arena, in.s.n * 3 + 32)) {
        convert(&sink, &in, cd, stateful(charset));
        in = sink_text(&sink);
    }
    return in;
}

struct text bounce__decode(struct charsets *charsets, struct arena *arena, struct span body,
    uint32_t base, enum encoding encoding, struct span charset)
{
    struct text text = {.s = span_upto(body, TEXT_MOST), .base = base};
    struct sink sink;

    if (encoding != ENCODING_NONE) {
        if (!sink_open(&sink, arena, text.s.n))
            return text;
        if (encoding == ENCODING_BASE64)
            decode_base64(&sink, text.s, base);
        else
            decode_quoted(&sink, text.s, base, false);
        text = sink_text(&sink);
    }
    return to_utf8(charsets, arena, text, charset);
}

struct span bounce__decode_word(
    struct charsets *charsets, struct arena *arena, struct span word, char how, struct span charset)
{
    struct sink sink;
    size_t language = bounce__find(charset, SPAN("*"), 0); /* RFC 2231 5 */

    if (!sink_open(&sink, arena, word.n))
        return SPAN_NONE;
    if (how == 'b')
        decode_base64(&sink, word, 0);
    else
        decode_quoted(&sink, word, 0, true);
    return to_utf8(charsets, arena, sink_text(&sink), span_upto(charset, language)).s;
}

size_t bounce__clean(char *out, size_t *n, struct span s)
{
    uint32_t point;
    bool valid;
    size_t used;

    if (s.p[0] >= 0x20 && s.p[0] < 0x7F) {
        out[(*n)++] = s.p[0];
        return 1;
    }
    used = bounce__utf8(s, &point, &valid);
    if (valid && point >= 0x20 && !(point >= 0x7F && point < 0xA0) &&
        !(point >= 0x202A && point <= 0x202E)) {
        memcpy(out + *n, s.p, used);
        *n += used;
    } else if (valid) {
        out[(*n)++] = ' '; /* control characters, and those that turn the direction of writing */
    } else {
        memcpy(out + *n, "\xEF\xBF\xBD", 3);
        *n += 3;
    }
    return used;
}

char *bounce__clean_copy(struct arena *arena, struct span s)
{
    char *out = bounce__arena_room(arena, s.n * 3 + 1);
    size_t n = 0;

    s = bounce__trim(s);
    while (out && s.n) {
        size_t used = 1;
        if (!byte_blank(s.p[0]))
            used = bounce__clean(out, &n, s);
        else if (n && out[n - 1] != ' ')
            out[n++] = ' ';
        s = span_from(s, used);
    }
    if (out)
        out[n] = '\0';
    return out;
}
