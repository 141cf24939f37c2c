/* SPDX-License-Identifier: BSD-2-Clause */
/* body.h - the message as it goes over the wire: CRLF line ends and dot-stuffing. Pure. */
#ifndef FAKESMTP_SENDER_BODY_H
#define FAKESMTP_SENDER_BODY_H

#include <stdbool.h>
#include <stddef.h>
#include "util/text.h"

/* A copy in which every LF, CR and CRLF is CRLF and the last line is ended (RFC 5321 2.3.8 forbids
 * bare ones). Caller frees; *out_len is set. Empty stays empty. */
char *body_normalise(const char *text, size_t len, size_t *out_len);

bool body_has_8bit(const char *text, size_t len);

struct body_stuffing { /* zeroed: before the first line */
    bool inside_line;
};

/* Appends a piece of normalised text with its leading dots doubled (RFC 5321 4.5.2); pieces may be
 * cut anywhere. */
void body_stuff(struct body_stuffing *state, const char *text, size_t len, struct buf *out);

#endif
