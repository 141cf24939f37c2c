/* SPDX-License-Identifier: BSD-2-Clause */
/* links.c - "scheme://..." to the next blank, the atoms on both sides of an at sign, and names of
 * hosts: labels joined by dots, of which the last is a top-level domain, or an IP in brackets
 * follows ("inside.lan[192.0.2.25]"). "unknown.please" is an end of a sentence. */
#include "links.h"

static bool ends_link(char c)
{
    return (unsigned char)c <= ' ' || strchr("<>\"'()[]{},;", c) != NULL;
}

/* RFC 5321 4.1.2, and what addresses are in practice. */
static bool in_address(char c)
{
    return byte_alnum(c) || strchr(".-_+=#&%!*/~", c) != NULL;
}

static void add(struct links *links, size_t from, size_t to)
{
    size_t before = links->count ? links->spans[links->count - 1].to : 0;

    if (from < before)
        from = before;
    if (links->count < LINKS_MOST && to > from) {
        links->spans[links->count].from = (uint32_t)from;
        links->spans[links->count++].to = (uint32_t)to;
    }
}

static size_t address_at(struct links *links, struct span s, size_t at)
{
    size_t from = at, to = at + 1;

    while (from && in_address(s.p[from - 1]) && s.p[from - 1])
        from--;
    while (to < s.n && s.p[to] && in_address(s.p[to]))
        to++;
    if (from < at && to > at + 1)
        add(links, from, to);
    return to;
}

static size_t link_at(struct links *links, struct span s, size_t at)
{
    size_t from = at, to = at;

    while (from && byte_alpha(s.p[from - 1]))
        from--;
    while (to < s.n && !ends_link(s.p[to]))
        to++;
    add(links, from, to);
    return to;
}

static bool in_host(char c)
{
    return byte_alnum(c) || c == '-' || c == '.' || c == '_';
}

/* The names that mail has to do with; those of two letters are countries. RFC 2606, RFC 6761 and
 * what networks call themselves inside. Not: .mail, .email, .zip and others that are words too. */
static bool top_level(struct span label, size_t dots)
{
    static const char *const names[] = {"com", "net", "org", "edu", "gov", "mil", "int", "arpa",
        "info", "biz", "pro", "aero", "coop", "museum", "xyz", "cloud", "dev", "app", "tech",
        "test", "example", "invalid", "localhost", "local", "localdomain", "lan", "internal",
        "intra", "intranet", "corp", "home", "onmicrosoft"};
    /* Countries that are English words, "mailbox full.no retry": of three labels at least. */
    static const char words[] = "to is it no in at by if me my us do so be as am an";

    if (label.n == 2 && byte_alpha(label.p[0]) && byte_alpha(label.p[1])) {
        for (size_t i = 0; dots < 2 && i + 1 < sizeof words; i += 3)
            if (label.p[0] == words[i] && label.p[1] == words[i + 1])
                return false;
        return true;
    }
    for (size_t i = 0; i < COUNT(names); i++)
        if (span_same(label, names[i]))
            return true;
    return span_starts(label, "xn--");
}

/* The name around the dot at `at`, when it is one of a host. */
static size_t host_at(struct links *links, struct span s, size_t at)
{
    size_t from = at, to = at + 1, last, dot = at, dots = 0;
    bool address_follows;

    while (from && in_host(s.p[from - 1]))
        from--;
    while (to < s.n && in_host(s.p[to]))
        to++;
    last = to;
    while (last > at + 1 && s.p[last - 1] == '.')
        last--;
    address_follows = last + 1 < s.n && s.p[last] == '[' && byte_digit(s.p[last + 1]);
    address_follows |=
        last + 2 < s.n && s.p[last] == ' ' && s.p[last + 1] == '[' && byte_digit(s.p[last + 2]);
    for (size_t i = from; i < last; i++)
        if (s.p[i] == '.') {
            dot = i;
            dots++;
        }
    if (from < at && dot + 1 < last && byte_alpha(s.p[dot + 1]) &&
        (address_follows || top_level(span_of(s.p + dot + 1, last - dot - 1), dots)))
        add(links, from, last);
    return to;
}

void bounce__links_find(struct links *links, struct span s, size_t from)
{
    for (size_t i = from; i + 2 < s.n && links->count < LINKS_MOST;) {
        if (s.p[i] == '@')
            i = address_at(links, s, i);
        else if (s.p[i] == ':' && s.p[i + 1] == '/' && s.p[i + 2] == '/')
            i = link_at(links, s, i);
        else if (s.p[i] == '.' && in_host(s.p[i - 1]) && byte_alnum(s.p[i + 1]))
            i = host_at(links, s, i);
        else
            i++;
    }
}

void bounce__links_cut(struct links *links, size_t at)
{
    while (links->count && links->spans[links->count - 1].from >= at)
        links->count--;
}

bool bounce__links_have(const struct links *links, size_t at)
{
    for (size_t i = 0; i < links->count && links->spans[i].from <= at; i++)
        if (at < links->spans[i].to)
            return true;
    return false;
}
