/* SPDX-License-Identifier: BSD-2-Clause */
#include "smtp/linebuf.h"

#include <string.h>

void linebuf_init(struct linebuf *lb, size_t longest, size_t ceiling)
{
    require(longest >= 2 && ceiling >= longest);
    memset(lb, 0, sizeof *lb);
    lb->longest = longest;
    lb->ceiling = ceiling;
}

void linebuf_deinit(struct linebuf *lb)
{
    buf_free(&lb->in);
}

static size_t held(const struct linebuf *lb)
{
    return lb->in.len - lb->start;
}

size_t linebuf_room(const struct linebuf *lb)
{
    return lb->ceiling - held(lb);
}

/* An idle connection costs no buffer: thousands of them may stall at once. */
static void forget_if_empty(struct linebuf *lb)
{
    if (held(lb))
        return;
    buf_free(&lb->in);
    lb->start = lb->scanned = 0;
}

void linebuf_feed(struct linebuf *lb, const char *bytes, size_t len)
{
    require(len <= linebuf_room(lb));
    if (lb->start) {
        buf_drop(&lb->in, lb->start);
        lb->scanned -= lb->start;
        lb->start = 0;
    }
    buf_add(&lb->in, bytes, len);
}

/* The rest of an over-long line goes by without being kept. */
static bool skip_to_line_end(struct linebuf *lb)
{
    if (!held(lb))
        return false;
    const char *lf = memchr(lb->in.data + lb->start, '\n', held(lb));
    lb->start = lf ? (size_t)(lf - lb->in.data) + 1 : lb->in.len;
    lb->scanned = lb->start;
    lb->skipping = !lf;
    return lf != NULL;
}

static enum linebuf_got give_up_line(struct linebuf *lb)
{
    lb->skipping = true;
    skip_to_line_end(lb);
    forget_if_empty(lb);
    return LINEBUF_TOO_LONG;
}

enum linebuf_got linebuf_take(struct linebuf *lb, const char **line, size_t *len)
{
    *line = NULL;
    *len = 0;
    if (lb->skipping && !skip_to_line_end(lb)) {
        forget_if_empty(lb);
        return LINEBUF_NONE;
    }
    if (!held(lb)) {
        forget_if_empty(lb);
        return LINEBUF_NONE;
    }
    const char *lf = memchr(lb->in.data + lb->scanned, '\n', lb->in.len - lb->scanned);
    if (!lf) {
        lb->scanned = lb->in.len;
        return held(lb) >= lb->longest ? give_up_line(lb) : LINEBUF_NONE;
    }
    size_t end = (size_t)(lf - lb->in.data), whole = end + 1 - lb->start;
    if (whole > lb->longest)
        return give_up_line(lb);
    bool crlf = end > lb->start && lb->in.data[end - 1] == '\r';
    *line = lb->in.data + lb->start;
    *len = end - lb->start - crlf;
    lb->start = lb->scanned = end + 1;
    return crlf ? LINEBUF_LINE : LINEBUF_BARE_LF;
}

const char *linebuf_rest(const struct linebuf *lb, size_t *len)
{
    *len = held(lb);
    return *len ? lb->in.data + lb->start : "";
}

void linebuf_used(struct linebuf *lb, size_t len)
{
    require(len <= held(lb));
    lb->start += len;
    if (lb->scanned < lb->start)
        lb->scanned = lb->start;
    forget_if_empty(lb);
}
