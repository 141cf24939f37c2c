/* SPDX-License-Identifier: BSD-2-Clause */
/* charset.h - converters to UTF-8, the last few kept open.
 *
 * glibc loads a module for most charsets and unloads it with the last descriptor: opening one for
 * each text cost more than reading the text. They belong to one reader, so no thread shares one. */
#ifndef BOUNCE_CHARSET_H
#define BOUNCE_CHARSET_H

#include "bytes.h"
#include <iconv.h>

enum { CHARSETS_KEPT = 6, CHARSET_NAME_MOST = 47 };

/* All zero: none is open. An entry without a name is free; one whose converter is (iconv_t)-1 is a
 * charset that libc does not know. */
struct charsets {
    struct charset {
        char name[CHARSET_NAME_MOST + 1];
        iconv_t to_utf8;
    } kept[CHARSETS_KEPT]; /* the last used first */
};

/* A converter in its initial state, valid until the next call; (iconv_t)-1: no such charset. */
iconv_t bounce__charset(struct charsets *charsets, struct span name);
void bounce__charsets_close(struct charsets *charsets);

#endif
