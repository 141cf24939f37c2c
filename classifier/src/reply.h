/* SPDX-License-Identifier: BSD-2-Clause */
/* reply.h - the SMTP reply inside a text: code (RFC 5321 4.2), enhanced status code (RFC 3463 2).
 */
#ifndef BOUNCE_REPLY_H
#define BOUNCE_REPLY_H

#include "fold.h"

struct status {
    uint16_t class_, subject, detail; /* class 0: none */
};

struct reply {
    unsigned code; /* 0: none */
    size_t code_at;
    struct status status;
    size_t status_at, status_length;
};

/* Reads "5.1.1" at s.p; false when it is none. *used: bytes read. */
bool bounce__status_parse(struct span s, struct status *status, size_t *used);
/* Finds the decisive reply in folded text from `from` on. The first counts, unless it is only the
 * echo of a failure before it (503 or 554 "no valid recipients"). */
void bounce__reply_find(struct span folded, size_t from, struct reply *reply);
/* Takes the repeated codes of a multi-line reply out of folded text: "550-5.1.1 a 550 5.1.1 b" ->
 * "550-5.1.1 a b". */
void bounce__reply_unwrap(struct fold *fold, size_t from);
/* How many words of a language there are in folded text, beside codes, addresses, links and tokens;
 * 0 when it is written in other than Latin letters. */
size_t bounce__reply_words(struct span said);

/* Is there any, in whatever script? */
bool bounce__reply_speaks(struct span said);

/* What a reply means whose words nobody knows. */
enum reply_sense {
    SENSE_CODE,    /* what its code means */
    SENSE_REFUSAL, /* some policy refuses */
    SENSE_LATER    /* the server has enough for now */
};

enum reply_sense bounce__reply_sense(const struct reply *reply, struct span said);

#endif
