/* SPDX-License-Identifier: BSD-2-Clause */
/* html.c - an HTML part as plain lines, for the bounces that have no other text. */
#include "decode.h"

static const struct {
    const char *name;
    char c;
} entities[] = {{"&lt;", '<'}, {"&gt;", '>'}, {"&amp;", '&'}, {"&quot;", '"'}, {"&nbsp;", ' '},
    {"&apos;", '\''}, {"&#39;", '\''}, {"&#34;", '"'}, {"&#64;", '@'}, {"&#160;", ' '},
    {"&#60;", '<'}, {"&#62;", '>'}};

/* Elements that end a line. */
static bool breaks_line(struct span tag)
{
    static const char *const blocks[] = {"br", "p", "/p", "div", "/div", "tr", "/tr", "li", "/li",
        "h1", "/h1", "h2", "/h2", "h3", "/h3", "table", "/table", "pre", "/pre", "hr", "/td",
        "title", "/title"};
    size_t n = 0;

    while (n < tag.n && (byte_alnum(tag.p[n]) || (!n && tag.p[n] == '/')))
        n++;
    for (size_t i = 0; i < COUNT(blocks); i++)
        if (span_same(span_upto(tag, n), blocks[i]))
            return true;
    return false;
}

/* "<" followed by what a tag starts with. Not: any "<" - addresses stand in angle brackets
 * unescaped. */
static bool is_tag(struct span s)
{
    size_t close;

    if (s.n < 3 || s.p[0] != '<' || !(byte_alpha(s.p[1]) || s.p[1] == '/' || s.p[1] == '!'))
        return false;
    close = bounce__find(span_upto(s, 4096), SPAN(">"), 0);
    if (close == SIZE_MAX)
        return false;
    return s.p[1] == '/' || s.p[1] == '!' ||
           bounce__find(span_upto(s, close), SPAN("@"), 0) == SIZE_MAX ||
           bounce__find(span_upto(s, close), SPAN("="), 0) != SIZE_MAX;
}

/* Bytes to pass over at a tag; the contents of style and script go with it. */
static size_t tag_length(struct span s)
{
    size_t close = bounce__find(s, SPAN(">"), 0);
    const char *end = span_starts(s, "<style")    ? "</style"
                      : span_starts(s, "<script") ? "</script"
                                                  : NULL;

    if (end) {
        size_t stop = bounce__find(s, span_str(end), 0);
        close = stop == SIZE_MAX ? s.n - 1 : bounce__find(s, SPAN(">"), stop);
    }
    return close == SIZE_MAX ? s.n : close + 1;
}

static size_t entity(struct span s, char *c)
{
    for (size_t i = 0; i < COUNT(entities); i++)
        if (span_starts(s, entities[i].name)) {
            *c = entities[i].c;
            return strlen(entities[i].name);
        }
    return 0;
}

struct text bounce__unhtml(struct arena *arena, const struct text *html)
{
    struct span s = html->s;
    char *out = bounce__arena_new(arena, s.n + 1);
    uint32_t *at = bounce__arena_new(arena, (s.n + 1) * sizeof *at);
    size_t n = 0;

    for (size_t i = 0; out && at && i < s.n;) {
        struct span rest = span_from(s, i);
        size_t skip = 1;
        char c = s.p[i];

        if (c == '<' && is_tag(rest)) {
            skip = tag_length(rest);
            c = breaks_line(span_from(rest, 1)) ? '\n' : '\0';
        } else if (c == '&' && (skip = entity(rest, &c)) == 0) {
            skip = 1;
        } else if (c == '\r' || c == '\n') {
            c = ' '; /* a line of HTML source is no line of text */
        }
        if (c) {
            at[n] = text_at(html, i);
            out[n++] = c;
        }
        i += skip;
    }
    return (struct text){.s = span_of(out, out && at ? n : 0), .at = at};
}
