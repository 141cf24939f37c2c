/* SPDX-License-Identifier: BSD-2-Clause */
/* links.c - "scheme://..." to the next blank, and the atoms on both sides of an at sign. */
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

void bounce__links_find(struct links *links, struct span s)
{
    links->count = 0;
    for (size_t i = 1; i + 2 < s.n && links->count < LINKS_MOST;) {
        if (s.p[i] == '@')
            i = address_at(links, s, i);
        else if (s.p[i] == ':' && s.p[i + 1] == '/' && s.p[i + 2] == '/')
            i = link_at(links, s, i);
        else
            i++;
    }
}

bool bounce__links_have(const struct links *links, size_t at)
{
    for (size_t i = 0; i < links->count && links->spans[i].from <= at; i++)
        if (at < links->spans[i].to)
            return true;
    return false;
}
