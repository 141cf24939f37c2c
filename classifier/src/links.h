/* SPDX-License-Identifier: BSD-2-Clause */
/* links.h - where links, mail addresses and names of hosts stand in a text: what is in them are
 * names, not words. "See http://mail.example/help_spam_16.htm" does not say spam,
 * <unknown@b.example> not unknown, "host mx.tarpit.example" not tarpit. */
#ifndef BOUNCE_LINKS_H
#define BOUNCE_LINKS_H

#include "bytes.h"

enum { LINKS_MOST = 160 };

struct links {
    struct {
        uint32_t from, to;
    } spans[LINKS_MOST]; /* in order, not overlapping */
    size_t count;
};

/* Adds those of s[from..]; s: folded text, of which s[from - 1] is a line end. What stands behind
 * the last span that fits is taken for words. */
void bounce__links_find(struct links *links, struct span s, size_t from);
/* Takes those away again that stand at `at` or behind it. */
void bounce__links_cut(struct links *links, size_t at);
/* Is the byte at `at` part of a link? */
bool bounce__links_have(const struct links *links, size_t at);

#endif
