/* SPDX-License-Identifier: BSD-2-Clause */
/* charset.c - see charset.h. */
#include "charset.h"
#include <errno.h>

static const iconv_t unknown = (iconv_t)-1;

/* What comes from the mail goes to libc only if it looks like a charset: glibc takes slashes for
 * options, and more. */
static bool plausible(struct span name)
{
    for (size_t i = 0; i < name.n; i++)
        if (!byte_alnum(name.p[i]) && (!name.p[i] || !strchr("-_.:+", name.p[i])))
            return false;
    return name.n && name.n <= CHARSET_NAME_MOST;
}

static void close_one(struct charset *charset)
{
    if (charset->name[0] && charset->to_utf8 != unknown)
        iconv_close(charset->to_utf8);
    *charset = (struct charset){0};
}

/* Lets the charset at i be the first; those before it move down. */
static void to_front(struct charsets *charsets, size_t i)
{
    struct charset used = charsets->kept[i];

    memmove(charsets->kept + 1, charsets->kept, i * sizeof used);
    charsets->kept[0] = used;
}

iconv_t bounce__charset(struct charsets *charsets, struct span name)
{
    struct charset *last = &charsets->kept[CHARSETS_KEPT - 1], fresh = {.name = ""};

    if (!plausible(name))
        return unknown;
    for (size_t i = 0; i < CHARSETS_KEPT && charsets->kept[i].name[0]; i++)
        if (span_same(name, charsets->kept[i].name)) {
            to_front(charsets, i);
            if (charsets->kept[0].to_utf8 != unknown)
                iconv(charsets->kept[0].to_utf8, NULL, NULL, NULL, NULL);
            return charsets->kept[0].to_utf8;
        }
    memcpy(fresh.name, name.p, name.n);
    fresh.to_utf8 = iconv_open("UTF-8", fresh.name);
    if (fresh.to_utf8 == unknown && errno != EINVAL)
        return unknown; /* out of memory or of files: it may work the next time */
    close_one(last);
    *last = fresh;
    to_front(charsets, CHARSETS_KEPT - 1);
    return fresh.to_utf8;
}

void bounce__charsets_close(struct charsets *charsets)
{
    for (size_t i = 0; i < CHARSETS_KEPT; i++)
        close_one(&charsets->kept[i]);
}
