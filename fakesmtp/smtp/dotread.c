/* SPDX-License-Identifier: BSD-2-Clause */
#include "smtp/dotread.h"

#include <string.h>

enum state {
    LINE_START, /* after CRLF, and at the very beginning */
    IN_LINE,
    AFTER_CR,
    DOT,    /* a dot at line start, not kept yet */
    DOT_CR, /* dot and CR at line start */
};

void dotread_init(struct dotread *dr, size_t most)
{
    memset(dr, 0, sizeof *dr);
    dr->most = most;
    dr->state = LINE_START;
}

void dotread_deinit(struct dotread *dr)
{
    buf_free(&dr->kept);
}

static void keep(struct dotread *dr, const char *bytes, size_t len)
{
    size_t room =
        dr->most - dr->kept.len; /* filled to the last byte, however the network cuts the message */
    dr->size += len;
    buf_add(&dr->kept, bytes, len < room ? len : room);
}

static void count(struct dotread *dr, char c, enum state before)
{
    if (before == AFTER_CR && c != '\n')
        dr->bare_crs++;
    if (c == '\n' && before != AFTER_CR)
        dr->bare_lfs++;
    else if (c == '\0')
        dr->nuls++;
    else if ((unsigned char)c >= 0x80)
        dr->eight_bit++;
}

static enum state step(struct dotread *dr, char c)
{
    switch ((enum state)dr->state) {
    case LINE_START:
        if (c == '.')
            return DOT;
        break;
    case DOT:
        if (c == '\r')
            return DOT_CR;
        break; /* a stuffed dot: it is gone, the rest of the line stays */
    case DOT_CR:
        if (c == '\n') {
            dr->done = true;
            return LINE_START;
        }
        keep(dr, "\r", 1); /* ". CR x": the dot was stuffing, the CR is data */
        break;
    case AFTER_CR:
        if (c == '\n') {
            keep(dr, "\n", 1);
            return LINE_START;
        }
        break;
    case IN_LINE:
        break;
    }
    keep(dr, &c, 1);
    return c == '\r' ? AFTER_CR : IN_LINE;
}

/* Most bytes of a message are the inside of lines: they go in one piece. */
static size_t plain_run(const char *bytes, size_t len)
{
    const char *cr = memchr(bytes, '\r', len);
    size_t n = cr ? (size_t)(cr - bytes) : len;
    const char *lf = memchr(bytes, '\n', n);
    return lf ? (size_t)(lf - bytes) : n;
}

size_t dotread_feed(struct dotread *dr, const char *bytes, size_t len)
{
    size_t used = 0;
    while (used < len && !dr->done) {
        if (dr->state == IN_LINE) {
            size_t run = plain_run(bytes + used, len - used);
            for (size_t i = 0; i < run; i++)
                count(dr, bytes[used + i], IN_LINE);
            keep(dr, bytes + used, run);
            used += run;
            if (used == len)
                break;
        }
        count(dr, bytes[used], dr->state == DOT_CR ? AFTER_CR : (enum state)dr->state);
        dr->state = (unsigned char)step(dr, bytes[used]);
        used++;
    }
    return used;
}

void dotread_chunk(struct dotread *dr, const char *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        count(dr, bytes[i], (enum state)dr->state);
        dr->state = bytes[i] == '\r' ? AFTER_CR : IN_LINE;
    }
    keep(dr, bytes, len);
}
