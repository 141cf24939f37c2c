/* SPDX-License-Identifier: BSD-2-Clause */
/* replyread.h - reads SMTP replies (RFC 5321 4.2) out of whatever a server sends. Pure; bounded
 * from birth. */
#ifndef FAKESMTP_SENDER_REPLYREAD_H
#define FAKESMTP_SENDER_REPLYREAD_H

#include <stdbool.h>
#include <stddef.h>
#include "util/text.h"

enum reply_state {
    REPLY_MORE,      /* the reply is not complete */
    REPLY_DONE,      /* code and lines hold one reply */
    REPLY_MALFORMED, /* wrong says why; lines hold what came so far; nothing after it can be trusted
                      */
};

struct replyread { /* zeroed is ready */
    struct buf
        lines; /* its lines, separated by LF, with their codes; printable ASCII, '?' for the rest */
    int code;
    const char *wrong;
    struct buf line; /* the line being read */
    bool complete;   /* the next byte begins another reply */
};

/* Reads from bytes until one reply is complete and sets *used. */
enum reply_state replyread_take(
    struct replyread *reply, const char *bytes, size_t len, size_t *used);
void replyread_deinit(struct replyread *reply);

/* All lines in one, as bounces quote them: "550-5.1.1 First 550 5.1.1 Second". Caller frees. */
char *replyread_one_line(struct replyread *reply);

/* The enhanced status code (RFC 2034) in a reply's text whose class agrees with the code; false:
 * none. status is copied to out, e.g. "5.1.1". */
bool replyread_status(const char *one_line, char out[12]);

#endif
