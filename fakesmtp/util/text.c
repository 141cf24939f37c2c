/* SPDX-License-Identifier: BSD-2-Clause */
#include "util/text.h"

#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include "util/mem.h"

static unsigned char fold(char c)
{
    unsigned char u = (unsigned char)c;
    return u >= 'A' && u <= 'Z' ? (unsigned char)(u + 32) : u;
}

bool text_same_n(const char *a, const char *b, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (fold(a[i]) != fold(b[i]))
            return false;
    return true;
}

bool text_same(const char *a, const char *b)
{
    size_t n = strlen(a);
    return n == strlen(b) && text_same_n(a, b, n);
}

bool text_starts(const char *text, const char *prefix)
{
    size_t n = strlen(prefix);
    return strlen(text) >= n && text_same_n(text, prefix, n);
}

/* Edits between short words, keys and stage names, never peer input: Levenshtein's, and two letters
 * changed over count as one, being the commonest slip of all. */
static size_t distance(const char *a, const char *b)
{
    enum { LONGEST = 32 };
    size_t la = strlen(a), lb = strlen(b), row[LONGEST + 1], before[LONGEST + 1] = {0};
    if (la > LONGEST || lb > LONGEST)
        return SIZE_MAX; /* near nothing */
    for (size_t j = 0; j <= lb; j++)
        row[j] = j;
    for (size_t i = 1; i <= la; i++) {
        size_t diagonal = row[0], two_up[LONGEST + 1];
        memcpy(two_up, before, sizeof two_up);
        memcpy(before, row, (lb + 1) * sizeof *row);
        row[0] = i;
        for (size_t j = 1; j <= lb; j++) {
            size_t best = diagonal + (fold(a[i - 1]) != fold(b[j - 1]));
            diagonal = row[j];
            if (row[j] + 1 < best)
                best = row[j] + 1;
            if (row[j - 1] + 1 < best)
                best = row[j - 1] + 1;
            bool swapped = i > 1 && j > 1 && fold(a[i - 1]) == fold(b[j - 2]) &&
                           fold(a[i - 2]) == fold(b[j - 1]);
            if (swapped && two_up[j - 2] + 1 < best)
                best = two_up[j - 2] + 1;
            row[j] = best;
        }
    }
    return row[lb];
}

const char *text_nearest(const char *word, const char *const *names)
{
    const char *best = NULL;
    size_t best_distance = strlen(word) / 2 + 1;
    for (; *names; names++) {
        size_t d = distance(word, *names);
        if (d < best_distance) {
            best_distance = d;
            best = *names;
        }
    }
    return best;
}

static bool reserve(struct buf *buf, size_t more)
{
    if (buf->limit && (buf->len > buf->limit || more > buf->limit - buf->len))
        return false;
    size_t need = buf->len + more + 1;
    if (need <= buf->cap)
        return true;
    size_t cap = buf->cap ? buf->cap : 64;
    while (cap < need)
        cap *= 2;
    buf->data = mem_grow(buf->data, cap);
    buf->cap = cap;
    return true;
}

bool buf_add(struct buf *buf, const void *bytes, size_t len)
{
    if (!reserve(buf, len))
        return false;
    if (len)
        memcpy(buf->data + buf->len, bytes, len);
    buf->len += len;
    return true;
}

bool buf_addf(struct buf *buf, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (n < 0 || !reserve(buf, (size_t)n))
        return false;
    va_start(args, format);
    vsnprintf(buf->data + buf->len, (size_t)n + 1, format, args);
    va_end(args);
    buf->len += (size_t)n;
    return true;
}

void buf_drop(struct buf *buf, size_t len)
{
    require(len <= buf->len);
    if (!len)
        return;
    memmove(buf->data, buf->data + len, buf->len - len);
    buf->len -= len;
}

void buf_free(struct buf *buf)
{
    free(buf->data);
    buf->data = NULL;
    buf->len = buf->cap = 0;
}

const char *buf_text(struct buf *buf)
{
    reserve(buf, 0);
    if (!buf->data)
        return "";
    buf->data[buf->len] = '\0';
    return buf->data;
}
