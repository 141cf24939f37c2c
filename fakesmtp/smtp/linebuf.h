/* SPDX-License-Identifier: BSD-2-Clause */
/* linebuf.h - bytes in, lines out, bounded. Pure: no sockets, no clock.
 *
 * Pipelined commands wait here while a script sleeps; when the buffer is full the owner stops
 * reading. An over-long line is reported once and skipped to its end, never stored (RFC
 * 5321 4.5.3.1.4). */
#ifndef FAKESMTP_SMTP_LINEBUF_H
#define FAKESMTP_SMTP_LINEBUF_H

#include "util/text.h"

struct linebuf { /* zeroed, then linebuf_init */
    struct buf in;
    size_t start; /* in.data[0..start) is used up; [start..scanned) holds no line end */
    size_t scanned;
    size_t longest; /* longest line, terminator included */
    size_t ceiling; /* most bytes held */
    bool skipping;  /* inside an over-long line */
};

enum linebuf_got {
    LINEBUF_NONE = 0, /* no complete line yet */
    LINEBUF_LINE,     /* ended by CRLF */
    LINEBUF_BARE_LF,  /* ended by LF alone: RFC 5321 2.3.8 forbids it, people with netcat type it */
    LINEBUF_TOO_LONG, /* a line longer than `longest` began; the rest of it will be skipped */
};

/* ceiling must be at least longest. */
void linebuf_init(struct linebuf *lb, size_t longest, size_t ceiling);
void linebuf_deinit(struct linebuf *lb);

size_t linebuf_room(const struct linebuf *lb); /* how many bytes linebuf_feed would take now */
void linebuf_feed(struct linebuf *lb, const char *bytes, size_t len); /* len <= room */

/* The next line without its terminator; *line is valid until the next call and may contain NULs. */
enum linebuf_got linebuf_take(struct linebuf *lb, const char **line, size_t *len);

/* What is left, unsplit, for a reader that does not want lines (DATA); linebuf_used says how much
 * it took. */
const char *linebuf_rest(const struct linebuf *lb, size_t *len);
void linebuf_used(struct linebuf *lb, size_t len);

#endif
