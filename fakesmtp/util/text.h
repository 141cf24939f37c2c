/* SPDX-License-Identifier: BSD-2-Clause */
/* text.h - ASCII comparison without the locale, and a growing byte buffer with a ceiling. */
#ifndef FAKESMTP_UTIL_TEXT_H
#define FAKESMTP_UTIL_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include "util/require.h"

bool text_same(const char *a, const char *b);             /* ASCII case folded */
bool text_same_n(const char *a, const char *b, size_t n); /* the first n bytes, case folded */
bool text_starts(const char *text, const char *prefix);   /* case folded */
/* The entry of names (NULL-terminated) nearest to word by edit distance, or NULL when none is near.
 */
const char *text_nearest(const char *word, const char *const *names);

struct buf { /* zeroed is empty; limit 0 = no ceiling */
    char *data;
    size_t len, cap, limit;
};
bool buf_add(
    struct buf *buf, const void *bytes, size_t len); /* false: over the limit, nothing added */
bool buf_addf(struct buf *buf, const char *format, ...) PRINTF_LIKE(2, 3);
void buf_drop(struct buf *buf, size_t len); /* forget the first len bytes */
void buf_free(struct buf *buf);
const char *buf_text(struct buf *buf); /* NUL-terminated view, valid until the next call */

#endif
