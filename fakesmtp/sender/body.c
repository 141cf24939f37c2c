/* SPDX-License-Identifier: BSD-2-Clause */
/* Line ends and leading dots. */
#include "sender/body.h"

#include <string.h>
#include "util/mem.h"

char *body_normalise(const char *text, size_t len, size_t *out_len)
{
    struct buf out = {0};
    size_t at = 0;
    while (at < len) {
        size_t end = at;
        while (end < len && text[end] != '\r' && text[end] != '\n')
            end++;
        buf_add(&out, text + at, end - at);
        buf_add(&out, "\r\n", 2);
        at = end + 1;
        if (end + 1 < len && text[end] == '\r' && text[end + 1] == '\n')
            at++;
    }
    *out_len = out.len;
    buf_text(&out);
    return out.data ? out.data : mem_text("");
}

bool body_has_8bit(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if ((unsigned char)text[i] > 127)
            return true;
    return false;
}

void body_stuff(struct body_stuffing *state, const char *text, size_t len, struct buf *out)
{
    for (size_t at = 0; at < len;) {
        if (!state->inside_line && text[at] == '.')
            buf_add(out, ".", 1);
        const char *lf = memchr(text + at, '\n', len - at);
        size_t n = lf ? (size_t)(lf - (text + at)) + 1 : len - at;
        buf_add(out, text + at, n);
        state->inside_line = !lf;
        at += n;
    }
}
